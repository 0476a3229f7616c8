// AddressMeaning: what a number that is asked about counts.
namespace VaQuest.Diagnosis.WhatIs;

/// <summary>Meanings of a number.</summary>
public enum AddressMeaning
{
    /// <summary>A virtual address, or whatever else a register may hold.</summary>
    Virtual,

    /// <summary>A physical address.</summary>
    Physical,

    /// <summary>A page frame number.</summary>
    PageFrame,
}
