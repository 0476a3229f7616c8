// TextCheck: whether the code in memory is the code of the kernel's or module's file.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.Kernel.Code;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>
/// Compares the first byte of an instruction. The kernel patches its own code (alternatives, static keys, tracing, return thunks), but never
/// into an instruction that is invalid or a breakpoint: only that is called corruption, and only where the file has another valid instruction.
/// </summary>
internal static class TextCheck
{
    /// <summary>Adds what the comparison says; <paramref name="differs"/> is true when the file has another, valid instruction there.</summary>
    public static void Add(FaultScene scene, VirtAddr address, List<Conclusion> conclusions, out bool differs)
    {
        differs = false;
        byte[]? original = Original(scene, address);
        if (original is null || scene.WordAt(address.Value, 1) is not { } now)
        {
            conclusions.Add(new Conclusion(Certainty.CannotTell, "whether the code in memory is what was loaded: the file of the kernel or module with its code is not here") { Address = address });
            return;
        }

        MachineInstruction? loaded = scene.Codes.Decoder?.Decode(address, original);
        differs = original[0] != now && loaded is { Flow: not CodeFlow.Trap };
        string text = scene.Codes.Decoder?.Format(address, original) ?? "?";
        conclusions.Add(differs
            ? new Conclusion(Certainty.Shown, FormattableString.Invariant($"the file has `{text}` there, but memory has 0x{now:x2}")) { Address = address }
            : new Conclusion(Certainty.Shown, "the file has the same instruction there: the code was not changed") { Address = address });
    }

    private static byte[]? Original(FaultScene scene, VirtAddr address)
    {
        if (scene.Kernel.Stacks.FindSourceAddress(address) is not { } place || scene.Opened.DebugFiles.FindImage(place.Module) is not { } image)
        {
            return null;
        }

        try
        {
            ElfSection? section = place.Section is { } name ? image.Elf.FindSection(name)
                : image.Elf.Sections.FirstOrDefault(one => one is { IsAllocated: true, IsExecutable: true } && place.Address - one.Address < one.Size);
            if (section is not { HasBytes: true, IsCompressed: false })
            {
                return null;
            }

            ulong offset = place.Section is null ? place.Address - section.Address : place.Address;
            ByteRegion data = image.Elf.GetData(section);
            int length = (int)Math.Min(16, Math.Max(0, data.Length - (long)offset));
            return length > 0 ? data.Span((long)offset, length).ToArray() : null;
        }
        catch (DumpFormatException)
        {
            return null;
        }
    }
}
