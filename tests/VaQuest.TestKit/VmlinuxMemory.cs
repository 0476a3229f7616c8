// VmlinuxMemory: a vmlinux's allocated sections as memory at their link-time addresses.
using VaQuest.Binary.Elf;
using VaQuest.Binary.Files;

namespace VaQuest.TestKit;

/// <summary>Reads a kernel image as it would lie in memory without KASLR, so that tables in it can be tested without a dump.</summary>
public sealed class VmlinuxMemory(string path)
{
    public ElfImage Image { get; } = ElfImage.Parse(MappedFile.Open(path).Region, path);

    /// <summary>The delegate that table readers take.</summary>
    public bool Read(ulong address, Span<byte> destination)
    {
        foreach (ElfSection section in Image.Sections)
        {
            ulong offset = unchecked(address - section.Address);
            if (section is { IsAllocated: true, HasBytes: true } && section.Address != 0 && offset < section.Size)
            {
                int length = (int)Math.Min((ulong)destination.Length, section.Size - offset);
                Image.GetData(section).Span((long)offset, length).CopyTo(destination);
                return length == destination.Length || Read(address + (ulong)length, destination[length..]);
            }
        }

        return false;
    }

    public ulong AddressOf(string symbol) => Image.Symbols.FindByName(symbol)!.Value.Value;
}
