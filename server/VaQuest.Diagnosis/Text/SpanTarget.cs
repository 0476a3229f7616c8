// SpanTarget: the thing a span of annotated text refers to.
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.WhatIs;

namespace VaQuest.Diagnosis.Text;

/// <summary>What hover, definition and references of a span are about. Only members that are known are set.</summary>
public sealed record SpanTarget
{
    /// <summary>A run-time virtual address, or null.</summary>
    public VirtAddr? Address { get; init; }

    /// <summary>What <see cref="Address"/> counts: text such as "pfn:" may give a page frame or a physical address.</summary>
    public AddressMeaning Meaning { get; init; }

    /// <summary>True when <see cref="Address"/> is a return address: source lines are looked up one byte earlier.</summary>
    public bool IsReturnAddress { get; init; }

    /// <summary>Function or symbol name as written, or null.</summary>
    public string? Symbol { get; init; }

    /// <summary>Bytes from <see cref="Symbol"/>, or null.</summary>
    public ulong? Offset { get; init; }

    /// <summary>The size written behind the slash in fn+0x1/0x2, or null.</summary>
    public ulong? Size { get; init; }

    public string? Module { get; init; }

    /// <summary>The type of the object at <see cref="Address"/> as C, "struct page", when it has a document of its own; else null.</summary>
    public string? ObjectType { get; init; }

    /// <summary>The page about this thing, "task/77" or "mounts" (see KernelPages), or null. Made by us, never taken from text of a dump.</summary>
    public string? Page { get; init; }

    public int? Pid { get; init; }

    public string? Register { get; init; }

    /// <summary>Source position when it is already known.</summary>
    public SourceLocation? Source { get; init; }

    /// <summary>Index of the frame in its stack, or null.</summary>
    public int? FrameIndex { get; init; }
}
