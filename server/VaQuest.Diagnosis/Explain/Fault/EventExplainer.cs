// EventExplainer: explains crashes that no instruction of a bug made: asked for, reported by hardware, or of a program that must not end.
using System.Globalization;
using System.Text.RegularExpressions;
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Machine checks, NMIs, SysRq, and the end of init.</summary>
internal sealed partial class EventExplainer(FaultScene scene)
{
    /// <summary>Lines around the message that a machine check may take.</summary>
    private const int ReportLines = 24;

    private readonly List<Conclusion> _conclusions = [];

    /// <summary>Signals of x86 (include/uapi/asm-generic/signal.h) that end programs.</summary>
    private static readonly Dictionary<string, string> s_signals = new(StringComparer.Ordinal)
    {
        ["1"] = "SIGHUP", ["2"] = "SIGINT", ["3"] = "SIGQUIT", ["4"] = "SIGILL", ["5"] = "SIGTRAP", ["6"] = "SIGABRT", ["7"] = "SIGBUS", ["8"] = "SIGFPE",
        ["9"] = "SIGKILL", ["11"] = "SIGSEGV", ["13"] = "SIGPIPE", ["14"] = "SIGALRM", ["15"] = "SIGTERM", ["31"] = "SIGSYS",
    };

    /// <summary>"Attempted to kill init! exitcode=0x0000000b"; null for other panics.</summary>
    public FaultExplanation? ExplainInit()
    {
        if (scene.Record.Message is not { } message || ExitCode().Match(message) is not { Success: true } match
            || !uint.TryParse(match.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code))
        {
            return null;
        }

        uint signal = code & 0x7f;
        string number = signal.ToString(CultureInfo.InvariantCulture);
        string how = signal == 0 ? FormattableString.Invariant($"it exited with status {(code >> 8) & 0xff}")
            : $"signal {number} ({s_signals.GetValueOrDefault(number, "no name")}) ended it" + ((code & 0x80) != 0 ? " with a core dump" : "");
        _conclusions.Add(new Conclusion(Certainty.Shown, FormattableString.Invariant($"the exit code is 0x{code:x}: {how}")));
        if (scene.FindLineAbove("RIP: 0033:", "Code: ") is { } rip)
        {
            _conclusions.Add(new Conclusion(Certainty.Shown, "the program's own registers: " + DumpText.Escape(DumpText.Shorten(rip, 120))));
        }

        string what = signal is 4 or 7 or 8 or 11 ? " A fault of the program itself, or of the memory or files it ran from, is behind it; the kernel panicked because it cannot go on without init." : " The kernel panicked because it cannot go on without init.";
        return Make("init-died", $"Process 1 (init) ended: {how}.{what}");
    }

    /// <summary>Crashes that somebody asked for.</summary>
    public FaultExplanation ExplainSysrq()
    {
        bool isProc = scene.Stack?.Frames.Any(frame => frame.Function == "write_sysrq_trigger") == true;
        bool isKey = scene.Stack?.Frames.Any(frame => frame.Function is "sysrq_filter" or "sysrq_handle_keypress") == true;
        string how = isProc ? "a task wrote c to /proc/sysrq-trigger" : isKey ? "by the keyboard" : "the stack does not show how";
        _conclusions.Add(new Conclusion(isProc || isKey ? Certainty.Shown : Certainty.CannotTell, isProc ? "write_sysrq_trigger() is on the stack" : isKey ? "the keyboard's SysRq handler is on the stack" : "how SysRq was triggered: its caller is not on the stack"));
        return Make("requested", isProc || isKey ? $"It was triggered on purpose: {how}; no fault of the kernel is shown by it." : "It was triggered on purpose; no fault of the kernel is shown by it.");
    }

    /// <summary>What the banks of a machine check say.</summary>
    public FaultExplanation? ExplainMachineCheck()
    {
        var sentences = new List<string>();
        for (int i = Math.Max(0, scene.Record.Index - ReportLines); i < scene.Lines.Count && i <= scene.Record.Index + ReportLines; i++)
        {
            if (Bank().Match(scene.Lines[i]) is { Success: true } bank
                && ulong.TryParse(bank.Groups["status"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong status))
            {
                string text = $"Bank {bank.Groups["bank"].Value} of CPU {bank.Groups["cpu"].Value} reports {MachineCheckStatus.Describe(status)}.";
                _conclusions.Add(new Conclusion(Certainty.Shown, "the log: " + DumpText.Escape(scene.Lines[i])));
                _conclusions.Add(new Conclusion(Certainty.Shown, $"the bank's status {Words.Hex(status)} means: {MachineCheckStatus.Flags(status)}"));
                if (ulong.TryParse(bank.Groups["global"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong global))
                {
                    _conclusions.Add(new Conclusion(Certainty.Shown, $"MCG_STATUS {Words.Hex(global)} means: {MachineCheckStatus.GlobalFlags(global)}"));
                }

                if (!sentences.Contains(text))
                {
                    sentences.Add(text);
                }
            }
            else if (scene.Lines[i].StartsWith("mce: [Hardware Error]: Machine check: ", StringComparison.Ordinal))
            {
                _conclusions.Add(new Conclusion(Certainty.Shown, "the log: " + DumpText.Escape(scene.Lines[i])));
            }
        }

        AddRecord(sentences);
        if (sentences.Count == 0)
        {
            return null;
        }

        string ran = RunningText();
        sentences.Add($"The hardware found it, whatever code was running then{ran}.");
        return Make("hardware-error", [.. sentences.Take(3)]);
    }

    // The worst record of each CPU (arch/x86/kernel/cpu/mce/core.c, mces_seen) has what the log leaves out.
    private void AddRecord(List<string> sentences)
    {
        KernelObjects objects = scene.Kernel.Objects;
        if (scene.Kernel.Symbols.FindAddress("mces_seen") is not { } variable || scene.PerCpuBase is not { } cpu)
        {
            return;
        }

        var at = new VirtAddr(unchecked(variable.Value + cpu));
        if (objects.FindUInt(at, "mce", "status") is not ({ } status and not 0) || objects.FindUInt(at, "mce", "bank") is not { } bank)
        {
            return;
        }

        ulong? address = MachineCheckStatus.HasAddress(status) ? objects.FindUInt(at, "mce", "addr") : null;
        _conclusions.Add(new Conclusion(Certainty.Shown, FormattableString.Invariant($"struct mce in memory: bank {bank}, status {Words.Hex(status)}: {MachineCheckStatus.Flags(status)}")) { Address = at });
        if (address is { } place)
        {
            _conclusions.Add(new Conclusion(Certainty.Shown, $"the physical address of the error is {Words.Hex(place)}"));
        }

        if (objects.FindUInt(at, "mce", "mcgstatus") is { } global)
        {
            _conclusions.Add(new Conclusion(Certainty.Shown, $"MCG_STATUS is {Words.Hex(global)}: {MachineCheckStatus.GlobalFlags(global)}"));
        }

        if (sentences.Count == 0)
        {
            sentences.Add(FormattableString.Invariant($"Bank {bank} reports {MachineCheckStatus.Describe(status)}."));
        }
    }

    private string RunningText() =>
        scene.Stack?.Frames.SkipWhile(frame => !Explain.Culprit.IsEntry(frame)).Skip(1).FirstOrDefault(frame => frame.Kind != FrameKind.Inlined && frame.Function is not null) is { } running
            ? $" ({FrameText.FunctionOf(running)}())" : "";

    /// <summary>A non-maskable interrupt: what the CPU was doing says nothing of a fault.</summary>
    public FaultExplanation ExplainNmi()
    {
        string message = scene.Record.Message ?? "";
        bool isUnknown = scene.FindLineAbove("Uhhuh. NMI received for unknown reason") is not null || message.Contains("Not continuing", StringComparison.Ordinal);
        bool isHardware = message.Contains("PCI", StringComparison.Ordinal) || message.Contains("IOCK", StringComparison.Ordinal);
        _conclusions.Add(new Conclusion(Certainty.CannotTell, "who sent the interrupt: a management controller, a hypervisor's inject-nmi and a hardware fault look alike"));
        return Make(
            isHardware ? "hardware-error" : "nmi",
            isHardware ? "The hardware reported an error by NMI." : isUnknown ? "No driver knew the NMI's reason, and the kernel was set to panic on that: it is usually sent from outside to get a dump." : "The NMI came from outside the code that it stopped.");
    }

    private FaultExplanation Make(string cause, params string[] sentences) =>
        new() { Cause = cause, Certainty = Certainty.Shown, Sentences = sentences, Conclusions = _conclusions };

    [GeneratedRegex(@"Attempted to kill init! exitcode=0x([0-9a-f]{8})")]
    private static partial Regex ExitCode();

    [GeneratedRegex(@"CPU (?<cpu>\d+): Machine Check(?: Exception)?: (?<global>\S+) Bank (?<bank>\d+): (?<status>[0-9a-f]{16})")]
    private static partial Regex Bank();
}
