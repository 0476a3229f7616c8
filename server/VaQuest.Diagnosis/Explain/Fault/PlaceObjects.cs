// PlaceObjects: names what holds an address from symbols, stacks and per-CPU areas.
using VaQuest.Binary;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Memory.Slabs;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Knows what needs no search. Safe for concurrent use.</summary>
internal sealed class PlaceObjects(OpenedDump opened) : IObjectNamer
{
    /// <summary>THREAD_SIZE of x86_64 without KASAN; the type tells the real one.</summary>
    private const long DefaultStackBytes = 16 * 1024;

    private LinuxKernel Kernel => opened.Kernel;

    public ObjectNote? Find(VirtAddr address)
    {
        if (Kernel.Symbols.FindAt(address) is { } hit && (hit.Symbol.Size == 0 || hit.Offset < hit.Symbol.Size))
        {
            return OfSymbol(address, hit);
        }

        ulong size = (ulong)(Kernel.Types.FindSize("thread_union") ?? DefaultStackBytes);
        if (Kernel.Tasks.FindByStack(address, size) is { Stack: { } stack } task)
        {
            return new ObjectNote(FormattableString.Invariant($"the kernel stack of PID {task.Pid} {DumpText.Escape(task.Comm)}"), "stack") { Start = stack, Size = size };
        }

        return Kernel.Slabs.FindObject(address, out _) is { } item ? OfSlab(item) : null;
    }

    private static ObjectNote OfSlab(SlabObject item)
    {
        string state = item.State switch
        {
            SlabObjectState.Allocated => "allocated",
            SlabObjectState.Free => "free",
            SlabObjectState.FreeAfterGracePeriod => "freed, kept for RCU readers",
            _ => "whether it is free is not known",
        };
        string part = item.Part == SlabObjectPart.Object ? "an object" : "the margin of an object";
        bool? isFree = item.State switch { SlabObjectState.Allocated => false, SlabObjectState.Free or SlabObjectState.FreeAfterGracePeriod => true, _ => null };
        return new ObjectNote($"{part} of {DumpText.Escape(item.Cache.Name)}, {state}", "slab") { Start = item.Start, Size = item.Cache.ObjectSize, IsFree = isFree };
    }

    private ObjectNote OfSymbol(VirtAddr address, SymbolHit hit)
    {
        string offset = hit.Offset == 0 ? "" : FormattableString.Invariant($"+0x{hit.Offset:x}");
        string module = hit.Symbol.Module is { } name ? $" [{DumpText.Escape(name)}]" : "";
        string section = Kernel.Stacks.FindSourceAddress(address) is { Section: { } found } ? DumpText.Escape(found) : "";
        bool isReadOnly = hit.Symbol.Type is 'r' or 'R' || section.StartsWith(".rodata", StringComparison.Ordinal);
        string kind = hit.Symbol.IsText || Kernel.Symbols.IsText(address) && section.StartsWith(".text", StringComparison.Ordinal) ? "text" : isReadOnly ? "read-only" : "data";
        return new ObjectNote(DumpText.Escape(hit.Symbol.Name) + offset + module, kind) { Start = hit.Symbol.Address, Size = hit.Symbol.Size };
    }
}
