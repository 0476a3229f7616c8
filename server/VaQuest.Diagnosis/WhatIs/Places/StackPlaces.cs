// StackPlaces: kernel stacks: whose, which frame, and which word of it.
using System.Runtime.CompilerServices;
using VaQuest.Binary;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.WhatIs.Places;

/// <summary>Stacks of tasks and of CPUs, and the guard pages below them.</summary>
internal sealed class StackPlaces(OpenedDump opened, StackReader stacks, SessionValues values) : IAddressPlaces
{
    /// <summary>Guard pages of vmalloc'ed stacks and of exception stacks are one page; larger holes are something else.</summary>
    private const ulong GuardBytes = 4096;

    private readonly ConditionalWeakTable<StackTrace, StackTrace> _expanded = [];

    private LinuxKernel Kernel => opened.Kernel;

    public AddressAnswer? Find(VirtAddr address, AddressQuestion question)
    {
        if (Kernel.StackIndex.Find(address) is { } place)
        {
            return Describe(address, place);
        }

        bool isUnmapped = Kernel.StackIndex.FindAbove(address, GuardBytes) is not null && Kernel.Memory.Translate(address, out _) is null;
        return isUnmapped && Kernel.StackIndex.FindAbove(address, GuardBytes) is { } above
            ? new AddressAnswer
            {
                Address = address.Value,
                Kind = AddressKinds.StackGuard,
                Text = $"guard below the {NameOf(above)}, {Words.Hex(above.Region.Start - address)} bytes under its end: an overflow goes here",
            }
            : null;
    }

    private AddressAnswer Describe(VirtAddr address, StackPlace place)
    {
        StackTrace? trace = TraceOf(place);
        StackSlot? slot = trace is null ? null : Kernel.StackSlots.Find(trace, place.Region, address);
        ulong below = place.Region.Start + place.Region.Size - address;
        string position = $"{Words.Hex(below)} bytes below its top";
        string text = NameOf(place);
        var details = new List<string> { position };
        if (slot is { Frame: { } index } && trace is not null)
        {
            StackFrame[] frames = Physical(trace);
            StackTrace shown = Expand(trace);
            StackFrame? logical = shown.Frames.FirstOrDefault(frame => frame.PhysicalIndex == frames[index].PhysicalIndex && frame.Kind is not (FrameKind.Inlined or FrameKind.TailCall));
            string name = FrameText.FunctionOf(logical ?? frames[index]);
            string number = logical is null ? "" : FormattableString.Invariant($" #{logical.Index}");
            string? local = slot.Role is null && logical is not null ? FindLocal(shown, logical, address) : null;
            text += $": {local ?? RoleText(slot.Role, frames, index)} in frame{number} {name}";
        }
        else if (slot is { IsBelow: true })
        {
            text += ": below its innermost frame, left by functions that returned";
        }

        return new AddressAnswer { Address = address.Value, Kind = KindOf(place), Text = text, Details = details };
    }

    private static string RoleText(string? role, StackFrame[] frames, int index) => role switch
    {
        null => "a word",
        "return address" when index + 1 < frames.Length => $"the return address to {FrameText.FunctionOf(frames[index + 1])}{FrameText.OffsetOf(frames[index + 1])}",
        _ => role,
    };

    // Inlined functions share the memory of the frame they are in: their locals count too.
    private string? FindLocal(StackTrace shown, StackFrame physical, VirtAddr address)
    {
        for (int i = physical.Index; i >= 0 && (i == physical.Index || shown.Frames[i].Kind == FrameKind.Inlined); i--)
        {
            foreach (FrameValue value in values.ReadFrame(shown, i).Values)
            {
                if (value.Value.Address is { } start && values.Kernel.SizeOf(value.Type) is { } size and > 0 && address - start < (ulong)size)
                {
                    string inside = address == start ? "" : "+" + Words.Hex(address - start);
                    string where = i == physical.Index ? "" : $" of inlined {FrameText.FunctionOf(shown.Frames[i])}";
                    return $"{(value.IsArgument ? "argument" : "local")} {value.Name}{inside} ({value.TypeText}){where}";
                }
            }
        }

        return null;
    }

    private StackTrace? TraceOf(StackPlace place) =>
        place.Task is { } task ? Kernel.Stacks.Unwind(task)
        : place.Cpu is { } cpu && Kernel.Tasks.FindOnCpu(cpu) is { } running ? Kernel.Stacks.Unwind(running) : null;

    private StackTrace Expand(StackTrace trace) => _expanded.GetValue(trace, stacks.Expand);

    private static StackFrame[] Physical(StackTrace trace) =>
        [.. trace.Frames.Where(frame => frame.PhysicalIndex is not null || frame.Kind is not (FrameKind.Inlined or FrameKind.TailCall))];

    private static string NameOf(StackPlace place) => place.Task is { } task
        ? FormattableString.Invariant($"kernel stack of PID {task.Pid} {DumpText.Escape(task.Comm)}")
        : FormattableString.Invariant($"{Words.OfStack(place.Region.Name)} of CPU {place.Cpu}");

    private static string KindOf(StackPlace place) => place.Region.Name switch
    {
        "task" => AddressKinds.Stack,
        "irq" => AddressKinds.IrqStack,
        "entry" => AddressKinds.EntryStack,
        _ => AddressKinds.ExceptionStack,
    };
}
