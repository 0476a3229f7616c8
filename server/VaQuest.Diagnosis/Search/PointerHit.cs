// PointerHit: a place in memory that holds a value that was looked for.
using VaQuest.Binary;
using VaQuest.Diagnosis.WhatIs;

namespace VaQuest.Diagnosis.Search;

/// <summary>A place.</summary>
/// <param name="Place">Its virtual address: in the kernel image, a task's stack, or the direct map; null where none is known.</param>
/// <param name="Physical">Its physical address.</param>
/// <param name="Value">The word there.</param>
/// <param name="What">What the place belongs to.</param>
public sealed record PointerHit(VirtAddr? Place, PhysAddr Physical, ulong Value, AddressAnswer What);
