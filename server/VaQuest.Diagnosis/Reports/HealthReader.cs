// HealthReader: gathers what rules look at beside the log and the stacks.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel.Health;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Reports;

/// <summary>Reads little: a report is wanted at once, and what takes long has a verb of its own.</summary>
internal sealed class HealthReader(OpenedDump opened, SessionValues values)
{
    /// <summary>Blocked tasks whose stacks are walked: a machine whose disk is gone has thousands in a handful of places.</summary>
    private const int MaxBlocked = 128;

    /// <summary>Frames of the panic stack that are looked at; deeper ones are a recursion.</summary>
    private const int MaxFrames = 64;

    /// <summary>Objects whose list entries are checked.</summary>
    private const int MaxObjects = 64;

    /// <summary>List entries of one object; task_struct has about forty.</summary>
    private const int MaxLists = 8;

    public HealthFacts Read(StackTrace? panic)
    {
        WaitClock clock = WaitClock.Read(opened.Kernel);
        List<KernelTask> blocked = [.. opened.Kernel.Tasks.All.Where(task => task is { State: "D", IsOnCpu: false })];
        return new HealthFacts
        {
            Zones = MemoryZones.Read(opened.Kernel),
            Stolen = StolenTime.Read(opened.Kernel),
            Blocked = [.. blocked.Take(MaxBlocked).Select(task => new BlockedTask(task, opened.Kernel.Stacks.Unwind(task), clock.SecondsSinceRun(task)))],
            BlockedCount = blocked.Count,
            HungSeconds = clock.HungSeconds,
            BrokenLists = panic is null ? [] : FindBrokenLists(panic),
            ChangedText = panic is null ? [] : FindChangedText(panic),
            RefusedFiles = opened.DebugFiles.RefusedModules,
        };
    }

    private List<ChangedFunction> FindChangedText(StackTrace panic)
    {
        if (opened.DebugFiles.FindImage(null) is not { } image || opened.Dump.Architecture != "x86_64")
        {
            return [];
        }

        List<StackFrame> frames =
        [
            .. panic.Frames.Take(MaxFrames)
                .Where(frame => frame is { Module: null, Kind: not (FrameKind.Inlined or FrameKind.User) } && (frame.Symbol ?? frame.Function) is not null)
                .DistinctBy(frame => frame.Symbol ?? frame.Function),
        ];
        try
        {
            IReadOnlyDictionary<VirtAddr, IReadOnlyList<TextDifference>> changed = TextCheck.Compare(opened.Kernel, image.Elf, frames.Select(frame => frame.Pc));
            return [.. frames.Where(frame => changed.ContainsKey(frame.Pc)).Select(frame => new ChangedFunction(frame, changed[frame.Pc]))];
        }
        catch (DumpFormatException)
        {
            // A damaged file is told by those who need it; here it only means that there is nothing to compare with.
            return [];
        }
    }

    private List<BrokenListMember> FindBrokenLists(StackTrace panic)
    {
        var broken = new List<BrokenListMember>();
        var seen = new HashSet<VirtAddr>();
        foreach (StackFrame frame in panic.Frames.Take(MaxFrames).Where(frame => frame.Source is not null))
        {
            foreach (FrameValue value in values.ReadFrame(panic, frame.Index).Values)
            {
                if (seen.Count < MaxObjects && ObjectOf(value) is { } found && seen.Add(found.Address))
                {
                    AddBroken(broken, value, frame, found.Address, found.Type);
                }
            }
        }

        return broken;
    }

    private (VirtAddr Address, StructType Type)? ObjectOf(FrameValue value)
    {
        bool isObject = value.Absence is null && values.Kernel.Resolve(value.Type) is PointerType pointer && values.Kernel.Resolve(pointer.Target) is StructType;
        return isObject && values.Kernel.TryReadPointer(value.Value, out VirtAddr address, out _) && address.Value > ushort.MaxValue
            ? (address, (StructType)values.Kernel.Resolve(((PointerType)values.Kernel.Resolve(value.Type)).Target))
            : null;
    }

    private void AddBroken(List<BrokenListMember> broken, FrameValue value, StackFrame frame, VirtAddr address, StructType type)
    {
        int lists = 0;
        foreach (StructMember member in type.IsUnion ? [] : type.Members)
        {
            // Only plain members: what lies in a union may be something else at the time.
            if (member.Name.Length == 0 || lists >= MaxLists || values.Kernel.Resolve(member.Type) is not StructType { Name: "list_head" })
            {
                continue;
            }

            lists++;
            if (ListLinks.Check(opened.Kernel.Reader, address + (ulong)member.ByteOffset) is { } link)
            {
                string name = DumpText.Escape($"{value.Name}->{member.Name}");
                broken.Add(new BrokenListMember(name, DumpText.Escape((type.IsUnion ? "union " : "struct ") + type.Name), frame, link));
            }
        }
    }
}
