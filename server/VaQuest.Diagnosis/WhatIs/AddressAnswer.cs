// AddressAnswer: what is at one address.
namespace VaQuest.Diagnosis.WhatIs;

/// <summary>An answer. All texts are escaped.</summary>
public sealed record AddressAnswer
{
    /// <summary>The number that was asked for; for physical addresses and page frames, its address in the direct map where it has one.</summary>
    public required ulong Address { get; init; }

    /// <summary>One of <see cref="AddressKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>One line.</summary>
    public required string Text { get; init; }

    /// <summary>Further lines, the most telling first.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    public AnswerObject? Object { get; init; }

    /// <summary>The same with more lines behind.</summary>
    public AddressAnswer With(params IEnumerable<string?> details) => this with { Details = [.. Details, .. details.OfType<string>()] };
}
