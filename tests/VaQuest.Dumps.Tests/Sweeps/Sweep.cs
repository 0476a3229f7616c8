// Sweep: opens one damaged copy of a sample and checks everything that must hold for it.
using VaQuest.Binary;
using VaQuest.TestKit.Dumps.Samples;
using Xunit;

namespace VaQuest.Dumps.Tests.Sweeps;

/// <summary>
/// A damaged dump opens or is refused with one sentence; nothing else escapes, whatever is read from it; opening takes no more memory
/// than the file explains; and what is read is right.
/// </summary>
internal static class Sweep
{
    /// <summary>A small cache, so that what opening allocates is the format's own doing.</summary>
    private const int CacheBytes = 64 << 10;

    /// <summary>What opening may allocate whatever the file is: the cache, buffers for reading tables, text of details and warnings.</summary>
    private const long FreeBytes = 8 << 20;

    /// <summary>What opening may allocate for each byte of the file: tables are read, sorted and indexed.</summary>
    private const long BytesPerByte = 32;

    /// <param name="sample">The sound sample.</param>
    /// <param name="path">The damaged copy.</param>
    /// <param name="what">What was done to it, for the message of a failure.</param>
    /// <param name="isCut">True when bytes are missing, so that every loss must be told by <see cref="Vmcore.IsComplete"/>.</param>
    /// <param name="areBytesKnown">False when the damage says itself which bytes are where.</param>
    public static void Check(DumpSample sample, string path, string what, bool isCut, bool areBytesKnown)
    {
        try
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            using Vmcore vmcore = VmcoreFile.Open(path, sample.Options with { PageCacheBytes = CacheBytes });
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            long files = SweepFiles.FilesOf(sample).Sum(file => file.Value.LongLength);
            Assert.True(allocated <= FreeBytes + (BytesPerByte * files), $"{what}: opening allocated {allocated} bytes for files of {files}");
            HostileCheck.Visit(vmcore);
            AssertMemory(sample, vmcore, what, isCut, areBytesKnown && !HasOtherAddresses(vmcore));
        }
        catch (DumpFormatException error)
        {
            HostileCheck.AssertSentence(error, path);
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{what}: {error}");
        }
    }

    /// <summary>A Xen host's dump without domain 0's table says that its addresses are now the machine's: other bytes at the same address.</summary>
    private static bool HasOtherAddresses(Vmcore vmcore) => vmcore.Warnings.Any(warning => warning.EndsWith("addresses are the machine's", StringComparison.Ordinal));

    private static void AssertMemory(DumpSample sample, Vmcore vmcore, string what, bool isCut, bool areBytesKnown)
    {
        byte[] actual = new byte[512];
        foreach (SampleMemory memory in sample.Memory)
        {
            for (int at = 0; at < memory.Bytes.Length; at += actual.Length)
            {
                ulong address = memory.Address + (ulong)at;
                Span<byte> part = actual.AsSpan(0, Math.Min(actual.Length, memory.Bytes.Length - at));
                ReadOutcome outcome = vmcore.Memory.Read(new PhysAddr(address), part);
                bool isRight = !areBytesKnown || memory.Bytes.AsSpan(at, outcome.BytesRead).SequenceEqual(part[..outcome.BytesRead]);
                Assert.True(isRight, $"{what}: wrong bytes at 0x{address:x}");
                Assert.True(part[outcome.BytesRead..].IndexOfAnyExcept((byte)0) < 0, $"{what}: bytes after the fault at 0x{address:x} are not cleared");
                Assert.True(outcome.IsOk || !isCut || !vmcore.IsComplete, $"{what}: the loss at 0x{outcome.FaultAddress:x} was not reported");
            }
        }
    }
}
