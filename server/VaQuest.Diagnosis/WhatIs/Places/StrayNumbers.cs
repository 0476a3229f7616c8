// StrayNumbers: numbers that are no address of this machine: canaries, page-table entries, flipped bits.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Memory.Slabs;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.WhatIs.Places;

/// <summary>Only for what nothing else has recognised.</summary>
internal sealed class StrayNumbers
{
    private const ulong NoExecute = 1UL << 63;

    private const ulong FrameBits = 0x000f_ffff_ffff_f000;

    private readonly LinuxKernel _kernel;
    private readonly Lazy<Dictionary<ulong, KernelTask>> _canaries;

    public StrayNumbers(LinuxKernel kernel)
    {
        _kernel = kernel;
        _canaries = new Lazy<Dictionary<ulong, KernelTask>>(ReadCanaries);
    }

    /// <summary>What a number may be that is not canonical.</summary>
    public AddressAnswer Find(ulong value)
    {
        if (_canaries.Value.TryGetValue(value, out KernelTask? task))
        {
            return Answer(
                value, AddressKinds.StackCanary,
                FormattableString.Invariant($"the stack canary of PID {task.Pid} {DumpText.Escape(task.Comm)} (task_struct.stack_canary)"));
        }

        if (FindEntry(value) is { } entry)
        {
            return entry;
        }

        const string NoPointer = "not a canonical address: no pointer of this machine";
        string text = AsText(value) is { } letters ? $"{NoPointer}; as text it is \"{letters}\"" : NoPointer;
        return Answer(value, AddressKinds.NonCanonical, text).With(FindFlippedBit(value));
    }

    /// <summary>"differs in bit 3 from …", when exactly one such neighbour points to code or an allocated object; else null.</summary>
    public string? FindFlippedBit(ulong value)
    {
        const int Bits = 64;
        string? found = null;
        for (int bit = 0; bit < Bits; bit++)
        {
            ulong other = value ^ (1UL << bit);
            if (DescribeGood(new VirtAddr(other)) is not { } good)
            {
                continue;
            }

            // Two good neighbours mean that the number says nothing.
            if (found is not null)
            {
                return null;
            }

            found = FormattableString.Invariant($"differs in bit {bit} from {Words.Hex(other)}: {good}");
        }

        return found;
    }

    // Bits inside of a page lead to the same page: only what begins exactly there counts.
    private string? DescribeGood(VirtAddr address)
    {
        if (_kernel.Symbols.FindAt(address) is { Offset: 0, Symbol.IsText: true } hit)
        {
            return DumpText.Escape(hit.Symbol.Name);
        }

        return _kernel.Slabs.FindObject(address, out _) is { State: SlabObjectState.Allocated, Part: SlabObjectPart.Object, Offset: 0 } found
            ? FormattableString.Invariant($"an allocated object of slab cache {found.Cache.Name}") : null;
    }

    // Present, accessed or dirty, a frame that exists, and the bits above it as hardware has them.
    private AddressAnswer? FindEntry(ulong value)
    {
        const ulong Present = 1;
        const ulong Accessed = 0x20;
        const ulong Reserved = 0x7ff0_0000_0000_0000;
        ulong frame = (value & FrameBits) >> _kernel.PageMap.PageShift;
        bool isEntry = _kernel.Architecture?.Name == "x86_64" && (value & (NoExecute | Present | Accessed)) == (NoExecute | Present | Accessed)
            && (value & Reserved) == 0 && frame > 0 && frame < _kernel.PageMap.MaxPfn;
        if (!isEntry)
        {
            return null;
        }

        string access = ((value & 2) != 0 ? "writable" : "read-only") + ((value & 4) != 0 ? ", user" : ", kernel") + ((value & 0x40) != 0 ? ", dirty" : "");
        return Answer(
            value, AddressKinds.PageTableEntry,
            FormattableString.Invariant($"no address; it reads as a page-table entry of page frame {frame} ({access}, not executable)"));
    }

    private Dictionary<ulong, KernelTask> ReadCanaries()
    {
        var canaries = new Dictionary<ulong, KernelTask>();
        foreach (KernelTask task in _kernel.Tasks.All)
        {
            if (_kernel.Objects.FindUInt(task.Address, "task_struct", "stack_canary") is { } canary and not 0)
            {
                canaries.TryAdd(canary, task);
            }
        }

        return canaries;
    }

    private string? AsText(ulong value)
    {
        Span<char> letters = stackalloc char[8];
        for (int i = 0; i < 8; i++)
        {
            char c = (char)((value >> (_kernel.Dump.IsBigEndian ? 56 - (8 * i) : 8 * i)) & 0xff);
            if (c is < ' ' or > '~')
            {
                return null;
            }

            letters[i] = c;
        }

        return new string(letters);
    }

    private static AddressAnswer Answer(ulong value, string kind, string text) => new() { Address = value, Kind = kind, Text = text };
}
