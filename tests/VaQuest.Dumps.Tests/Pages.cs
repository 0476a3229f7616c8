// Pages: memory contents for test dumps, and the check that a dump gives them back.
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests;

/// <summary>Short forms of what most tests of dumps need.</summary>
internal static class Pages
{
    public static byte[] Make(ulong pfn, int size = 4096) => PageContents.Make(pfn, size);

    public static void AssertReads(Vmcore vmcore, ulong address, ReadOnlySpan<byte> expected)
    {
        byte[] actual = new byte[expected.Length];
        ReadOutcome outcome = vmcore.Memory.Read(new PhysAddr(address), actual);
        Assert.Equal(ReadStatus.Ok, outcome.Status);
        Assert.Equal(expected.Length, outcome.BytesRead);
        Assert.True(expected.SequenceEqual(actual), $"the bytes at 0x{address:x} differ");
    }

    /// <summary>Reads and checks that it stops with a status at an address, after bytes that are right and before bytes that are zero.</summary>
    public static void AssertStops(Vmcore vmcore, ulong address, int length, ReadStatus status, ulong faultAddress)
    {
        byte[] actual = Enumerable.Repeat((byte)0xaa, length).ToArray();
        ReadOutcome outcome = vmcore.Memory.Read(new PhysAddr(address), actual);
        Assert.Equal(status, outcome.Status);
        Assert.Equal(faultAddress, outcome.FaultAddress);
        Assert.Equal((int)(faultAddress - address), outcome.BytesRead);
        Assert.True(actual.AsSpan(outcome.BytesRead).IndexOfAnyExcept((byte)0) < 0, "bytes after the fault are cleared");
    }
}
