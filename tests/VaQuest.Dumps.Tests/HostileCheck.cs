// HostileCheck: what must hold for any damaged dump.
using VaQuest.Binary;
using Xunit;

namespace VaQuest.Dumps.Tests;

/// <summary>
/// A damaged dump opens or is refused with one sentence; nothing else escapes, whatever is read from it; and bytes that are read are right.
/// </summary>
internal static class HostileCheck
{
    /// <summary>Opens a damaged dump and touches everything it offers.</summary>
    public static void OpensOrRefuses(DumpTestFiles files, byte[] dump, string what)
    {
        string path = files.Write(dump);
        try
        {
            using Vmcore vmcore = VmcoreFile.Open(path);
            Visit(vmcore);
        }
        catch (DumpFormatException error)
        {
            AssertSentence(error, path);
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{what}: {error}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>
    /// Cuts a dump at 200 places and at every one of its first and last 40 bytes: what is still read of <paramref name="memory"/>, stored
    /// from <paramref name="address"/> on, is right.
    /// </summary>
    public static void SurvivesCuts(DumpTestFiles files, byte[] dump, byte[] memory, ulong address)
    {
        IEnumerable<int> places = Enumerable.Range(0, 200).Select(i => (int)((long)dump.Length * i / 200))
            .Concat(Enumerable.Range(0, 40)).Concat(Enumerable.Range(dump.Length - 40, 40));
        foreach (int place in places.Distinct())
        {
            string path = files.Write(dump[..place]);
            try
            {
                using Vmcore vmcore = VmcoreFile.Open(path);
                Visit(vmcore);
                AssertNoWrongByte(vmcore, memory, address, place);
            }
            catch (DumpFormatException error)
            {
                AssertSentence(error, path);
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    public static void AssertSentence(DumpFormatException error, string path)
    {
        Assert.StartsWith(path, error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.InRange(error.Message.Length, path.Length + 10, path.Length + 300);
    }

    private static void AssertNoWrongByte(Vmcore vmcore, byte[] memory, ulong address, int place)
    {
        byte[] actual = new byte[512];
        for (int at = 0; at + 512 <= memory.Length; at += 512)
        {
            ReadOutcome outcome = vmcore.Memory.Read(new PhysAddr(address + (ulong)at), actual);
            Assert.True(
                memory.AsSpan(at, outcome.BytesRead).SequenceEqual(actual.AsSpan(0, outcome.BytesRead)),
                $"cut at {place}: wrong bytes at 0x{address + (ulong)at:x}");
            Assert.True(outcome.IsOk || !vmcore.IsComplete, $"cut at {place}: the loss at 0x{outcome.FaultAddress:x} was not reported");
        }
    }

    /// <summary>Touches everything that an opened dump offers.</summary>
    public static void Visit(Vmcore vmcore)
    {
        byte[] buffer = new byte[20_000];
        foreach (ulong address in new ulong[] { 0, 0xfff, 0x1000, 0x2345, 1ul << 40, long.MaxValue, ulong.MaxValue - 5000, ulong.MaxValue })
        {
            vmcore.Memory.Read(new PhysAddr(address), buffer);
            vmcore.Pages?.StateOf(new Pfn(address));
        }

        IEnumerable<PhysicalRange> ranges = vmcore.Pages is { } pages ? pages.EnumeratePresent().Take(1000).Concat(pages.EnumerateRam().Take(1000)) : vmcore.Ranges;
        foreach (PhysicalRange range in ranges)
        {
            Assert.True(range.Length > 0);
            vmcore.Memory.Read(range.Start, buffer);
        }

        Assert.All(vmcore.Warnings, warning => Assert.InRange(warning.Length, 10, 300));
        Assert.All(vmcore.Details, detail => Assert.DoesNotContain(detail.Value, char.IsControl));
    }
}
