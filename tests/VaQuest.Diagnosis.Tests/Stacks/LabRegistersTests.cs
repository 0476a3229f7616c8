// LabRegistersTests: registers recovered through whole stacks of real dumps, against values that the kernel's entry code is known to have set.
using VaQuest.Diagnosis.Sessions;
using VaQuest.Kernel.Unwind;
using VaQuest.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace VaQuest.Diagnosis.Tests.Stacks;

public sealed class LabRegistersTests(ITestOutputHelper output)
{
    private const int Rbx = 3;
    private const int Rbp = 6;
    private const int Rsp = 7;
    private const int Rip = 16;

    private static readonly int[] s_calleeSaved = [Rbx, Rbp, 12, 13, 14, 15];

    /// <summary>
    /// Truth: PUSH_AND_CLEAR_REGS (arch/x86/entry/calling.h) zeroes all registers before do_syscall_64 is called, so whatever the functions
    /// above it did with their callee-saved registers, the entry sees zeroes again.
    /// </summary>
    [LabTheory]
    [LabDumps(group: "*")]
    public void RecoversTheZeroesOfASystemCallsEntry(string kernel, string scenario)
    {
        int known = 0;
        int lost = 0;
        foreach (StackTrace stack in ReadAll(kernel, scenario, withDebugInfo: true))
        {
            foreach (StackFrame frame in stack.Frames.Where(frame => frame is { Function: "entry_SYSCALL_64_after_hwframe", Kind: FrameKind.Normal }))
            {
                Assert.NotNull(frame.State);
                Assert.Equal(frame.Sp!.Value.Value, frame.State.Find(Rsp));
                Assert.Equal(frame.Pc.Value, frame.State.Find(Rip));
                foreach (int register in s_calleeSaved)
                {
                    ulong? value = frame.State.Find(register);
                    Assert.True(value is null or 0, $"{stack.Task?.Pid} {stack.Task?.Comm}: register {register} is 0x{value:x}");
                    known += value is null ? 0 : 1;
                    lost += value is null ? 1 : 0;
                    Assert.True(value is not null || frame.State.FindLossFrame(register) is not null);
                }
            }
        }

        output.WriteLine($"{kernel}/{scenario}: {known} registers known to be 0, {lost} lost on the way");
        Assert.True(known > 20 * lost, $"{known} known, {lost} lost");
    }

    /// <summary>Without debug information nothing that ORC does not follow may be taken for known above the first call.</summary>
    [LabTheory]
    [LabDumps]
    public void LosesRegistersWithoutDebugInformation(string kernel, string scenario)
    {
        foreach (StackTrace stack in ReadAll(kernel, scenario, withDebugInfo: false))
        {
            for (int i = 1; i < stack.Frames.Count; i++)
            {
                StackFrame frame = stack.Frames[i];
                if (frame.Proof is FrameProof.Orc)
                {
                    Assert.All(s_calleeSaved.Where(register => register != Rbp), register => Assert.Null(frame.State!.Find(register)));
                }
            }
        }
    }

    private static IReadOnlyList<StackTrace> ReadAll(string kernel, string scenario, bool withDebugInfo)
    {
        LabDump dump = Lab.Find(kernel, scenario)!;
        SessionOptions options = withDebugInfo
            ? new SessionOptions { Vmlinux = dump.Vmlinux, DebugDirectories = [dump.PathOf("modules")] }
            : new SessionOptions { UseDebugInfo = false };
        using IDumpSession session = DumpSession.Open(dump.Vmcore, options, CancellationToken.None);
        IReadOnlyList<StackTrace> stacks = session.GetStacks(new StackSelection { All = true }, CancellationToken.None);

        // Registers are recovered when they are asked for: while the dump is open.
        foreach (StackFrame frame in stacks.SelectMany(stack => stack.Frames))
        {
            frame.State?.Find(Rip);
        }

        return stacks;
    }
}
