// SampleMemory: what a sample dump holds at an address.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>Bytes that a sound copy of the sample gives from a physical address on.</summary>
public sealed record SampleMemory(ulong Address, byte[] Bytes);
