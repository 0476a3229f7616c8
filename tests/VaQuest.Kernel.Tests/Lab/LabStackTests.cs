// LabStackTests: stacks of every situation the lab can make, against what the kernels said of them themselves.
using VaQuest.Dumps;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Kernel.Tests.Lab;

public sealed class LabStackTests
{
    /// <summary>
    /// The crashing CPU's stack is the kernel's own trace: before its first line there may only be what handled the crash, behind it
    /// everything is the same.
    /// </summary>
    [LabTheory]
    [LabDumps(group: "*")]
    public void UnwindsThePanicStackAsTheKernelDid(string kernel, string scenario)
    {
        LabDump lab = VaQuest.TestKit.Lab.Find(kernel, scenario)!;
        using Vmcore dump = VmcoreFile.Open(lab.Vmcore);
        IReadOnlyList<string> logged = KernelTrace.Read(File.ReadAllText(lab.PathOf("dmesg.txt")));

        StackTrace stack = LinuxKernel.Open(dump).Stacks.PanicStack!;
        IReadOnlyList<string> frames = LabFrames.Render(stack);
        IReadOnlyList<string> expected = [.. logged.Select(line => WithoutHook(lab, line, frames)).Select(line => WithName(line, stack))];
        if (expected.Count == 0)
        {
            // A machine check's panic prints no trace: the interrupted code is the scenario's source's.
            IEnumerable<string> source = lab.Truth["frames"]!.Select(frame => (string)frame["function"]!).Where(name => name != "panic");
            Assert.NotEmpty(source);
            IEnumerable<string> names = frames.Select(LabFrames.PlainNameOf);
            Assert.Equal(source, names.SkipWhile(name => name != source.First()).Take(source.Count()));
            Assert.Contains(stack.Frames, frame => frame.Kind is FrameKind.Exception or FrameKind.Nmi);
            Assert.True(stack.IsComplete, stack.EndReason);
            return;
        }

        if (expected[0].Contains("/0xffffffff", StringComparison.Ordinal))
        {
            // The kernel cannot tell the size of a symbol outside code, and prints a negative one.
            expected = [LabFrames.WithoutSize(expected[0]), .. expected.Skip(1)];
            frames = [LabFrames.WithoutSize(frames[0]), .. frames.Skip(1)];
        }

        int start = frames.ToList().IndexOf(expected[0]);
        Assert.True(start >= 0, $"{expected[0]} is not in\n{string.Join('\n', frames)}");
        bool isDamaged = (bool?)lab.Truth["isDamaged"] == true;
        if (IsCutShort(lab, stack))
        {
            // A replaced return address is where its trampoline starts, so the frame is named after the function in front of that.
            int sure = stack.Frames.TakeWhile(frame => frame.Proof != FrameProof.Scan).Count();
            sure -= stack.Frames[sure - 1] is { IsReturnAddress: true } last && last.Offset == last.FunctionSize ? 1 : 0;
            Assert.Equal(logged.Take(sure - start), frames.Skip(start).Take(sure - start));
            return;
        }

        if (isDamaged)
        {
            // What the crash overwrote is gone: behind the kernel's last sure frame we may stop, or go on and say that it is not certain.
            Assert.Equal(expected, frames.Skip(start).Take(expected.Count));
            Assert.True(!stack.IsComplete || stack.Frames.Any(frame => frame.Proof == FrameProof.Scan), string.Join('\n', frames));
        }
        else if (expected.Count > 1)
        {
            Assert.Equal(expected, frames.Skip(start));
        }
        else
        {
            // The kernel lost its way at once; the callers are those of the scenario's source, where they still have names.
            IEnumerable<string> callers = lab.Truth["frames"]!.Skip(1).Select(frame => (string)frame["function"]!);
            IEnumerable<string> named = frames.Skip(start + 1).Where(frame => !frame.StartsWith("0x", StringComparison.Ordinal)).Select(LabFrames.PlainNameOf);
            Assert.NotEmpty(callers);
            Assert.Equal(callers, named.Take(callers.Count()));
        }

        Assert.True(stack.IsComplete || isDamaged, stack.EndReason);
    }

    /// <summary>
    /// Where an exception or interrupt stopped code, the registers are those the kernel printed for it, and where the kernel's trace ends in
    /// user mode ours ends in the same place. Behind damage there is nothing to compare.
    /// </summary>
    [LabTheory]
    [LabDumps(group: "*")]
    public void GivesInterruptedRegistersAsTheKernelDid(string kernel, string scenario)
    {
        LabDump lab = VaQuest.TestKit.Lab.Find(kernel, scenario)!;
        string log = File.ReadAllText(lab.PathOf("dmesg.txt"));
        IReadOnlyList<IReadOnlyDictionary<string, ulong>> expected = KernelRegisters.Read(log);
        using Vmcore dump = VmcoreFile.Open(lab.Vmcore);
        StackTrace stack = LinuxKernel.Open(dump).Stacks.PanicStack!;
        if (stack.IsComplete && !IsCutShort(lab, stack) && expected.Count > 0)
        {
            // panic() prints no registers of its own: ours for it come first. A kernel that lost its way prints none of the user's.
            ulong? userPc = KernelRegisters.ReadUserPc(log);
            List<Dictionary<string, ulong>> sets =
            [
                .. stack.Frames
                    .Where(frame => frame.Registers is not null && (userPc is not null || frame.Kind != FrameKind.User))
                    .Select(frame => frame.Registers!.ToDictionary()),
            ];
            Assert.True(sets.Count >= expected.Count, $"{expected.Count} sets of registers in the log, {sets.Count} in the stack");
            foreach ((IReadOnlyDictionary<string, ulong> theirs, Dictionary<string, ulong> ours) in expected.Zip(sets.Skip(sets.Count - expected.Count)))
            {
                Assert.True(theirs.Count >= 17, string.Join(' ', theirs.Keys));
                Assert.All(theirs, register => Assert.Equal((register.Key, register.Value.ToString("x")), (register.Key, ours[register.Key].ToString("x"))));
            }

            StackFrame last = stack.Frames[^1];
            Assert.True(userPc is null || (last.Kind == FrameKind.User && last.Pc.Value == userPc), $"the kernel's trace ends at {userPc:x} in user mode, ours at {last.Pc}");
        }
    }

    /// <summary>
    /// What another CPU printed when it was asked by NMI, a moment before the dump: its callers have not changed since, but it may have been
    /// interrupted.
    /// </summary>
    [LabTheory]
    [LabDumps(group: "*")]
    public void UnwindsOtherCpusAsTheyDidThemselves(string kernel, string scenario)
    {
        LabDump lab = VaQuest.TestKit.Lab.Find(kernel, scenario)!;
        IReadOnlyDictionary<int, IReadOnlyList<string>> traces = KernelTrace.ReadOtherCpus(File.ReadAllText(lab.PathOf("dmesg.txt")));
        using Vmcore dump = VmcoreFile.Open(lab.Vmcore);
        LinuxKernel linux = LinuxKernel.Open(dump);
        foreach ((int cpu, IReadOnlyList<string> expected) in traces.Where(trace => trace.Key != linux.Stacks.PanicCpu))
        {
            IReadOnlyList<string> frames = LabFrames.Render(linux.Stacks.UnwindCpu(cpu));
            int outer = frames.Count - expected.Count;
            Assert.True(outer >= 0, string.Join('\n', frames));
            Assert.Equal(LabFrames.NameOf(expected[0]), LabFrames.NameOf(frames[outer]));
            Assert.Equal(expected.Skip(1), frames.Skip(outer + 1));
        }
    }

    /// <summary>
    /// Every task that slept when /proc/&lt;pid&gt;/stack was read sleeps there in the dump. Threads of the kernel itself and the shells of
    /// the guest may have run in between: those of them that differ now are only required to end properly.
    /// </summary>
    [LabTheory]
    [LabDumps(file: "guest/stacks", group: "*")]
    public void UnwindsSleepingTasksAsTheirKernelDid(string kernel, string scenario)
    {
        LabDump lab = VaQuest.TestKit.Lab.Find(kernel, scenario)!;
        RecordedStacks recorded = RecordedStacks.Read(lab);
        using Vmcore dump = VmcoreFile.Open(lab.Vmcore);
        LinuxKernel linux = LinuxKernel.Open(dump);
        Dictionary<int, KernelTask> tasks = linux.Tasks.All.Where(task => task.Pid != 0).ToDictionary(task => task.Pid);
        int compared = 0;

        // makedumpfile 1.7.2 takes pages of newer kernels' tasks for free ones: a list that says it is cut may lack some.
        bool isCut = linux.Tasks.Warnings.Count > 0;
        foreach (RecordedTask task in recorded.Tasks.Where(task => IsOurs(task) && task.State is not ('R' or 'Z')))
        {
            if (isCut && !tasks.ContainsKey(task.Pid))
            {
                continue;
            }

            Assert.True(tasks.TryGetValue(task.Pid, out KernelTask? found), $"{task.Pid} {task.Comm} is not in the dump's task list");
            Assert.Equal(task.Comm, found.Comm);
            StackTrace stack = linux.Stacks.Unwind(found);
            IEnumerable<string> frames = stack.Frames
                .Where(frame => frame.Kind != FrameKind.User && (frame.Pc.Value < recorded.SchedulerStart || frame.Pc.Value >= recorded.SchedulerEnd))
                .Select(LabFrames.Render);
            Assert.Equal(task.Frames, frames);
            Assert.True(stack.IsComplete, $"{task.Comm}: {stack.EndReason}");
            compared++;
        }

        Assert.True(compared > 10 || isCut, $"only {compared} tasks were compared");
    }

    /// <summary>
    /// Every walk reaches its stack's end; of tasks whose frames lead through freed code (truth's "lost"), or whose stack the crash damaged,
    /// it says that it did not.
    /// </summary>
    [LabTheory]
    [LabDumps(group: "*")]
    public void UnwindsEveryTaskToItsEnd(string kernel, string scenario)
    {
        LabDump lab = VaQuest.TestKit.Lab.Find(kernel, scenario)!;
        HashSet<string> lost = [.. lab.Truth["lost"]?.Select(comm => (string)comm!) ?? []];
        using Vmcore dump = VmcoreFile.Open(lab.Vmcore);
        LinuxKernel linux = LinuxKernel.Open(dump);

        foreach (KernelTask task in linux.Tasks.All.Where(task => task.State is not ("Z" or "X")))
        {
            StackTrace stack = linux.Stacks.Unwind(task);
            string text = $"{task.Pid} {task.Comm}: {stack.EndReason}\n{string.Join('\n', LabFrames.Render(stack))}";
            bool isLost = (stack.IsPanicStack && IsCutShort(lab, stack)) || lost.Contains(task.Comm) || ((bool?)lab.Truth["isDamaged"] == true && task.Pid == (int?)lab.Truth["pid"]);
            Assert.True(isLost ? !stack.IsComplete || stack.Warnings.Count > 0 : stack.IsComplete, text);
        }
    }

    /// <summary>At a trampoline that was made at run time a walk may end or become uncertain, as long as it says so and what it is sure of is right.</summary>
    private static bool IsCutShort(LabDump lab, StackTrace stack) =>
        lab.Group == "trampolines" && (!stack.IsComplete || stack.Frames.Any(frame => frame.Proof == FrameProof.Scan));

    /// <summary>
    /// Where a probe replaced a return address the log has its trampoline: there our frame must be the function the scenario's source says
    /// (truth's "hooked"), at an offset that only the kernel's memory tells.
    /// </summary>
    private static string WithoutHook(LabDump lab, string line, IReadOnlyList<string> frames)
    {
        string? function = (string?)lab.Truth["hooked"]?.FirstOrDefault(hook => (string?)hook["logged"] == line)?["function"];
        return function is null ? line : frames.FirstOrDefault(frame => LabFrames.PlainNameOf(frame) == function) ?? function;
    }

    /// <summary>Where the kernel printed a mere address, of a trampoline of its own, ours may have a name for it.</summary>
    private static string WithName(string line, StackTrace stack) =>
        line.StartsWith("0x", StringComparison.Ordinal) && stack.Frames.FirstOrDefault(frame => frame.Pc.ToString() == line) is { } named
            ? LabFrames.Render(named)
            : line;

    private static bool IsOurs(RecordedTask task) =>
        task.Comm == "sleepers" || task.Comm.StartsWith("p-", StringComparison.Ordinal) || task.Comm.StartsWith("t-", StringComparison.Ordinal)
        || task.Comm.StartsWith("lab-", StringComparison.Ordinal) || task.Comm is "cat" or "nc" or "tail" or "sleep" or "kthreadd";
}
