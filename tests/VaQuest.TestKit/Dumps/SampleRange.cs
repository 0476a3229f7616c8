// SampleRange: bytes at a physical address.
namespace VaQuest.TestKit.Dumps;

/// <summary>A stretch of memory.</summary>
public sealed record SampleRange(ulong Start, byte[] Bytes);
