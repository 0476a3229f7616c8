// DumpRange: a stretch of physical memory that a dump describes.
using VaQuest.Binary;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>Physical addresses from <paramref name="Start"/>, <paramref name="Length"/> bytes of them.</summary>
public sealed record DumpRange(PhysAddr Start, ulong Length);
