// HealthReader: gathers what rules look at beside the log and the stacks.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel.Health;
using VaQuest.Kernel.Memory.Hotplug;
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

    /// <summary>Frames in modules that are compared with their files.</summary>
    private const int MaxModuleFrames = 8;

    /// <summary>Objects whose list entries are checked.</summary>
    private const int MaxObjects = 64;

    /// <summary>List entries of one object; task_struct has about forty.</summary>
    private const int MaxLists = 8;

    /// <summary>Blocks that are not online, and addresses in them, that are looked at.</summary>
    private const int MaxOffline = 64;

    public HealthFacts Read(StackTrace? panic)
    {
        // Code and values are in different pages: on two cores the comparison takes no time of its own.
        Task<List<ChangedFunction>> text = Task.Run(() => panic is null ? [] : FindChangedText(panic));
        WaitClock clock = WaitClock.Read(opened.Kernel);
        List<KernelTask> blocked = [.. opened.Kernel.Tasks.All.Where(task => task is { State: "D", IsOnCpu: false })];
        return new HealthFacts
        {
            Zones = MemoryZones.Read(opened.Kernel),
            Stolen = StolenTime.Read(opened.Kernel),
            Blocked = [.. blocked.Take(MaxBlocked).Select(task => new BlockedTask(task, opened.Kernel.Stacks.Unwind(task), clock.SecondsSinceRun(task)))],
            BlockedCount = blocked.Count,
            HungSeconds = clock.HungSeconds,
            Stuck = StuckCpus.Read(opened.Kernel),
            BrokenLists = panic is null ? [] : FindBrokenLists(panic),
            ChangedText = text.GetAwaiter().GetResult(),
            Offline = panic is null ? [] : FindOffline(panic),
            RefusedFiles = opened.DebugFiles.RefusedModules,
        };
    }

    // Most machines have all memory online: then no register is translated.
    private List<OfflineUse> FindOffline(StackTrace panic)
    {
        var found = new List<OfflineUse>();
        MemoryBlock[] offline = [.. opened.Kernel.MemoryBlocks.All.Where(block => !block.IsOnline).Take(MaxOffline)];
        foreach (StackFrame frame in offline.Length == 0 ? [] : panic.Frames.Take(MaxFrames))
        {
            foreach ((string name, ulong value) in frame.Registers ?? [])
            {
                PhysAddr? place = opened.Kernel.Memory.Translate(new VirtAddr(value), out _);
                if (place is { } at && Array.Find(offline, block => block.Contains(at)) is { } block && found.Count < MaxOffline)
                {
                    found.Add(new OfflineUse(name, new VirtAddr(value), block));
                }
            }
        }

        return found;
    }

    private List<ChangedFunction> FindChangedText(StackTrace panic)
    {
        return opened.Dump.Architecture != "x86_64" ? [] : [.. FindChangedImage(panic), .. FindChangedModules(panic)];
    }

    // A driver's few frames; their file is opened for their lines anyway.
    private IEnumerable<ChangedFunction> FindChangedModules(StackTrace panic)
    {
        foreach (StackFrame frame in panic.Frames.Take(MaxFrames).Where(frame => frame is { Module: not null, Kind: not (FrameKind.Inlined or FrameKind.User) }).Take(MaxModuleFrames))
        {
            IReadOnlyList<TextDifference> changed = CompareModule(frame);
            if (changed.Count > 0)
            {
                yield return new ChangedFunction(frame, changed);
            }
        }
    }

    private IReadOnlyList<TextDifference> CompareModule(StackFrame frame)
    {
        try
        {
            return opened.DebugFiles.FindImage(frame.Module) is { } image ? ModuleTextCheck.Compare(opened.Kernel, image.Elf, frame.Pc) : [];
        }
        catch (DumpFormatException)
        {
            return [];
        }
    }

    private List<ChangedFunction> FindChangedImage(StackTrace panic)
    {
        if (opened.DebugFiles.FindImage(null) is not { } image)
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
            var addresses = new VirtAddr[frames.Count];
            for (int i = 0; i < addresses.Length; i++)
            {
                addresses[i] = frames[i].Pc;
            }

            IReadOnlyList<TextDifference>[] changed = TextCheck.Compare(opened.Kernel, image.Elf, addresses);
            return [.. frames.Select((frame, i) => new ChangedFunction(frame, changed[i])).Where(function => function.Differences.Count > 0)];
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
        ulong[] seen = new ulong[MaxObjects];
        int objects = 0;
        foreach (StackFrame frame in panic.Frames.Take(MaxFrames).Where(frame => frame.Source is not null))
        {
            foreach (FrameValue value in values.ReadFrame(panic, frame.Index).Values)
            {
                if (objects < MaxObjects && TypeOf(value) is { } type && values.Kernel.TryReadPointer(value.Value, out VirtAddr address, out _)
                    && address.Value > ushort.MaxValue && Array.IndexOf(seen, address.Value, 0, objects) < 0)
                {
                    seen[objects++] = address.Value;
                    AddBroken(broken, value, frame, address, type);
                }
            }
        }

        return broken;
    }

    /// <summary>The structure that a variable points to; null when it is no pointer to one, or absent.</summary>
    private StructType? TypeOf(FrameValue value) =>
        value.Absence is null && values.Kernel.Resolve(value.Type) is PointerType pointer ? values.Kernel.Resolve(pointer.Target) as StructType : null;

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
