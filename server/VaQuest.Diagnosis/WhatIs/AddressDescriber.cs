// AddressDescriber: what is at an address, in plain lines.
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.WhatIs;

/// <summary>Answers hovers: symbol, module, section, kind of memory, source line, and the word that is found there. Safe for concurrent use.</summary>
internal sealed class AddressDescriber(OpenedDump opened, AddressIdentifier identifier)
{
    private readonly TargetAddresses _targets = new(opened.Kernel);

    private LinuxKernel Kernel => opened.Kernel;

    /// <summary>Lines of plain text, the most telling first; empty when the target names nothing in this dump.</summary>
    public IReadOnlyList<string> Describe(SpanTarget target)
    {
        var lines = new List<string>();
        if (target.Pid is { } pid && DescribeTask(pid, target.Address) is { Count: > 0 } task)
        {
            return task;
        }

        if (target is { Module: { } name, Symbol: null, Address: null })
        {
            return DescribeModule(name);
        }

        IReadOnlyList<VirtAddr> addresses = _targets.Find(target);
        if (target.Register is { } register && addresses.Count > 0)
        {
            lines.Add($"{register} = {Words.Hex(addresses[0].Value)}");
        }

        if (addresses.Count > 1)
        {
            lines.Add($"{DumpText.Escape(target.Symbol!)} names {Words.Count(addresses.Count, "symbol")} of this kernel; the first:");
        }

        if (addresses.Count > 0)
        {
            Describe(lines, addresses[0], target);
        }

        return lines;
    }

    /// <summary>Source positions of a target as debug information has them, innermost inlined function first.</summary>
    public IReadOnlyList<SourceLocation> FindLocations(SpanTarget target)
    {
        if (target.Source is { } known)
        {
            return [known];
        }

        var found = new List<SourceLocation>();
        foreach (VirtAddr address in _targets.Find(target))
        {
            foreach (SourceFrame frame in FindFrames(address, target.IsReturnAddress)?.Frames ?? [])
            {
                if (frame.Location is { Line: > 0 } location && !found.Contains(location))
                {
                    found.Add(location);
                }
            }
        }

        return found;
    }

    /// <summary>What a number is, with source lines where it is code.</summary>
    public AddressAnswer Identify(AddressQuestion question)
    {
        AddressAnswer answer = identifier.Identify(question);
        if (answer.Kind != AddressKinds.Text)
        {
            return answer;
        }

        var lines = new List<string>();
        DescribeSource(lines, new VirtAddr(question.Value), new SpanTarget());
        return answer.With(lines);
    }

    private void Describe(List<string> lines, VirtAddr address, SpanTarget target)
    {
        AddressAnswer answer = identifier.Identify(new AddressQuestion(address.Value, target.Meaning, target.Pid));
        bool isNamed = answer.Kind is AddressKinds.Text or AddressKinds.Symbol;
        lines.Add(isNamed ? $"{answer.Text} at {Words.Hex(address.Value)}" : Words.Hex(address.Value));
        if (!isNamed)
        {
            lines.Add(answer.Text);
        }

        lines.AddRange(answer.Details);
        if (answer.Kind == AddressKinds.Text)
        {
            DescribeSource(lines, address, target);
        }

        DescribeWord(lines, new VirtAddr(answer.Address), answer.Kind);
    }

    private void DescribeSource(List<string> lines, VirtAddr address, SpanTarget target)
    {
        SourceFrames? frames = FindFrames(address, target.IsReturnAddress);
        if (frames is null)
        {
            string image = Kernel.Symbols.FindModule(address)?.Name is { } module ? "module " + DumpText.Escape(module) : "the kernel";
            lines.Add($"no source line: no debug information of {image} covers it");
            return;
        }

        for (int i = 0; i < frames.Frames.Count; i++)
        {
            SourceFrame frame = frames.Frames[i];
            string source = FrameText.SourceOf(frame.Location);
            string role = frame.IsInlined ? " (inlined)" : "";
            lines.Add($"{(i == 0 ? "source" : "called from")}: {DumpText.Escape(frame.Function)}{role} {(source.Length > 0 ? source : "(no line)")}");
        }
    }

    private SourceFrames? FindFrames(VirtAddr address, bool isReturnAddress)
    {
        VirtAddr at = isReturnAddress && address.Value > 0 ? address - 1 : address;
        return Kernel.Stacks.FindSourceAddress(at) is { } place
            ? opened.DebugFiles.FindLookup(place.Module)?.FindFrames(place.Address, place.Section)
            : null;
    }

    // The word's own meaning is shown when it points to a symbol: that is what a list head or an ops pointer is recognised by.
    private void DescribeWord(List<string> lines, VirtAddr address, string kind)
    {
        bool isMemory = kind is not (AddressKinds.Null or AddressKinds.ErrorPointer or AddressKinds.Poison or AddressKinds.Magic or AddressKinds.StackCanary
            or AddressKinds.NonCanonical or AddressKinds.PageTableEntry or AddressKinds.NotMapped or AddressKinds.User);
        if (!isMemory)
        {
            return;
        }

        int size = Kernel.Dump.WordSize;
        ReadOutcome outcome = Kernel.Reader.ReadUInt(address, size, out ulong word);
        if (!outcome.IsOk)
        {
            lines.Add($"the word there: {ReadOutcome.Describe(outcome.Status)}");
            return;
        }

        string points = word > 0xffff && Kernel.Symbols.FindAt(new VirtAddr(word)) is { } hit ? $" ({DumpText.Escape(hit.ToString())})" : "";
        lines.Add($"the word there: 0x{word.ToString(size == 8 ? "x16" : "x8", System.Globalization.CultureInfo.InvariantCulture)}{points}");
    }

    private List<string> DescribeTask(int pid, VirtAddr? address)
    {
        KernelTask? task = address is { } at ? Kernel.Tasks.FindByAddress(at) : null;
        task ??= Kernel.Tasks.FindByPid(pid);
        if (task is null)
        {
            return [];
        }

        var lines = new List<string>
        {
            FormattableString.Invariant($"PID {task.Pid} {DumpText.Escape(task.Comm)}, state {task.State}")
                + (task.IsKernelThread ? ", kernel thread" : ""),
            "task_struct at " + Words.Hex(task.Address.Value),
        };
        if (task.Cpu is { } cpu)
        {
            lines.Add(FormattableString.Invariant($"{(task.IsOnCpu ? "was running on" : "last ran on")} CPU {cpu}"));
        }

        if (task.ParentPid is { } parent && Kernel.Tasks.FindByPid(parent) is { } known)
        {
            lines.Add(FormattableString.Invariant($"parent PID {parent} {DumpText.Escape(known.Comm)}"));
        }

        if (task.Stack is { } stack)
        {
            lines.Add("kernel stack at " + Words.Hex(stack.Value));
        }

        return lines;
    }

    private List<string> DescribeModule(string name)
    {
        KernelModule? module = Kernel.Modules.FirstOrDefault(m => m.Name == name);
        if (module is null)
        {
            return [];
        }

        var lines = new List<string> { $"module {DumpText.Escape(module.Name)}, {Words.Bytes(module.Size)}, {module.State}" };
        if (module.Taints.Count > 0)
        {
            lines.Add("taints the kernel: " + string.Join(", ", module.Taints));
        }

        foreach (ModuleRegion region in module.Regions.Where(region => region.Size > 0))
        {
            lines.Add($"{region.Kind}: {Words.Hex(region.Start.Value)}, {Words.Bytes(region.Size)}");
        }

        return lines;
    }
}
