// RegisterNames: the C variables that registers and stack slots hold at an instruction, by debug information.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Variables;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Reads names once for each instruction that is asked about. Used by one thread.</summary>
internal sealed class RegisterNames(FramePlaces places, KernelValues values)
{
    private readonly Dictionary<string, Entry[]> _known = new(StringComparer.Ordinal);

    /// <summary>What a register holds right before an instruction; null when debug information names nothing there.</summary>
    public CName? Find(VirtAddr pc, int register)
    {
        Entry? best = null;
        foreach (Entry entry in EntriesAt(pc))
        {
            if (entry.Register == register && !entry.IsSlot && (best is null || RankOf(entry) > RankOf(best)))
            {
                best = entry;
            }
        }

        return best is null ? null : new CName(best.Name, best.Type, unchecked(-best.Added));
    }

    /// <summary>The variable in a stack slot, by its distance from the canonical frame address; null when there is none.</summary>
    public CName? FindSlot(VirtAddr pc, long fromCfa)
    {
        foreach (Entry entry in EntriesAt(pc))
        {
            if (entry.IsSlot && entry.Added <= fromCfa && fromCfa - entry.Added < Math.Max(1, values.SizeOf(entry.Type) ?? 1))
            {
                return new CName(entry.Name, entry.Type, fromCfa - entry.Added) { IsAddress = true };
            }
        }

        return null;
    }

    /// <summary>The parameter that a function is entered with in a register; null when debug information names none.</summary>
    public CName? FindParameter(VirtAddr entry, int register)
    {
        foreach (Entry known in EntriesAt(entry))
        {
            if (known is { IsParameter: true, Added: 0, IsSlot: false } && known.Register == register)
            {
                return new CName(known.Name, known.Type);
            }
        }

        return null;
    }

    // A pointer to a structure says most, then any value that is held as it is; of equals the innermost.
    private int RankOf(Entry entry)
    {
        CType type = values.Resolve(entry.Type);
        CType? target = type is PointerType pointer ? values.Resolve(pointer.Target) : null;
        bool isLink = target is StructType { Name: "list_head" or "hlist_node" or "rb_node" or "hlist_nulls_node" or "llist_node" };
        return (target is StructType && !isLink ? 4 : 0) + (target is not null and not VoidType ? 2 : 0) + (entry.Added == 0 ? 1 : 0);
    }

    private Entry[] EntriesAt(VirtAddr pc)
    {
        string key = pc.ToString();
        if (!_known.TryGetValue(key, out Entry[]? entries))
        {
            entries = places.Find(pc) is { } place ? Read(place) : [];
            _known[key] = entries;
        }

        return entries;
    }

    private static Entry[] Read(FramePlace place)
    {
        var found = new List<Entry>();
        foreach (DwarfDie scope in place.Scopes.Entries)
        {
            // Of one name the last hides the others.
            foreach (DwarfVariable variable in VariableReader.Read(scope, place.Scopes.Pc).Reverse())
            {
                if (variable is { Type: { } type } && variable.SourceAt(place.Scopes.Pc).Expression is { } code && Decode(code) is { } at)
                {
                    found.Add(new Entry(variable.Name, place.Types.Resolve(type), at.Register, at.Added, at.IsSlot, variable.IsParameter));
                }
            }
        }

        return [.. found];
    }

    // DW_OP_regN; DW_OP_bregN offset, DW_OP_stack_value; DW_OP_fbreg offset (the frame base of kernels is the canonical frame address).
    private static (int Register, long Added, bool IsSlot)? Decode(byte[] code)
    {
        switch (code)
        {
            case [>= 0x50 and <= 0x6f]:
                return (code[0] - 0x50, 0, false);
            case [>= 0x70 and <= 0x8f, ..] when code[^1] == 0x9f && Signed(code, out int read) is { } added && read == code.Length - 1:
                return (code[0] - 0x70, added, false);
            case [0x91, ..] when Signed(code, out int all) is { } offset && all == code.Length:
                return (-1, offset, true);
            default:
                return null;
        }
    }

    // SLEB128 from the second byte on.
    private static long? Signed(byte[] code, out int next)
    {
        long value = 0;
        int shift = 0;
        next = 1;
        while (next < code.Length && shift < 64)
        {
            byte part = code[next++];
            value |= (long)(part & 0x7f) << shift;
            shift += 7;
            if ((part & 0x80) == 0)
            {
                return shift < 64 && (part & 0x40) != 0 ? value | (-1L << shift) : value;
            }
        }

        return null;
    }

    /// <summary>A variable that is in a register, plus some bytes, or in a slot so many bytes from the canonical frame address.</summary>
    private sealed record Entry(string Name, CType Type, int Register, long Added, bool IsSlot, bool IsParameter);
}
