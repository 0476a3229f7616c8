// AddressQuestion: a number, and how it is meant.
namespace VaQuest.Diagnosis.WhatIs;

/// <summary>What is asked.</summary>
/// <param name="Value">The number.</param>
/// <param name="Meaning">What it counts.</param>
/// <param name="Pid">The thread whose user addresses are meant; null for the one that crashed.</param>
public sealed record AddressQuestion(ulong Value, AddressMeaning Meaning = AddressMeaning.Virtual, int? Pid = null);
