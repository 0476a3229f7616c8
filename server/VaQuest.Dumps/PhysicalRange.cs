// PhysicalRange: a stretch of physical addresses that a dump describes.
using VaQuest.Binary;

namespace VaQuest.Dumps;

/// <summary>Physical addresses from <paramref name="Start"/>, <paramref name="Length"/> bytes of them.</summary>
public readonly record struct PhysicalRange(PhysAddr Start, ulong Length);
