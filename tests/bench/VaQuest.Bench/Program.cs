// Program: reads the pages of a dump in order or at random, and prints pages, seconds and a checksum, for the comparison with libkdumpfile.
//
// usage: VaQuest.Bench list DUMP LIST sequential|random     writes the numbers of the pages that the dump holds, for both sides
//        VaQuest.Bench read DUMP LIST THREADS               reads them
//        VaQuest.Bench whatis DUMP VMLINUX DEBUG COUNT LIST     says what COUNT numbers from stacks and registers are, in a warm process; writes LIST
//        VaQuest.Bench open DUMP                            opens the dump again and again: seconds and bytes of memory for one opening
using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using VaQuest.Bench;
using VaQuest.Binary;
using VaQuest.Dumps;

switch (args[0])
{
    case "list":
        WriteList(args[1], args[2], args[3] == "random");
        break;
    case "whatis":
        WhatIsBench.Run(args[1], args[2], args[3], int.Parse(args[4], CultureInfo.InvariantCulture), args[5]);
        break;
    case "open":
        Open(args[1]);
        break;
    default:
        Read(args[1], args[2], int.Parse(args[3], CultureInfo.InvariantCulture));
        break;
}

static void WriteList(string path, string list, bool isRandom)
{
    using Vmcore dump = VmcoreFile.Open(path);
    ulong pageSize = (ulong)dump.PageSize;
    var pfns = new List<ulong>();
    foreach (PhysicalRange range in dump.Pages!.EnumeratePresent())
    {
        for (ulong at = (range.Start.Value + pageSize - 1) / pageSize; (at + 1) * pageSize <= range.Start.Value + range.Length; at++)
        {
            pfns.Add(at);
        }
    }

    ulong[] all = [.. pfns];
    if (isRandom)
    {
        new Random(20261123).Shuffle(all);
    }

    byte[] bytes = new byte[all.Length * 8];
    for (int i = 0; i < all.Length; i++)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), all[i]);
    }

    File.WriteAllBytes(list, bytes);
}

static void Open(string path)
{
    using (VmcoreFile.Open(path))
    {
        // The first opening compiles.
    }

    const int Times = 5;
    long before = GC.GetTotalAllocatedBytes(precise: true);
    var watch = Stopwatch.StartNew();
    for (int i = 0; i < Times; i++)
    {
        VmcoreFile.Open(path).Dispose();
    }

    Console.WriteLine(FormattableString.Invariant($"{watch.Elapsed.TotalSeconds / Times:F6} seconds, {(GC.GetTotalAllocatedBytes(precise: true) - before) / Times} bytes"));
}

static void Read(string path, string list, int threads)
{
    ulong[] pfns = MemoryMarshal.Cast<byte, ulong>(File.ReadAllBytes(list)).ToArray();

    // Compiled code gets fast when it has run for a while: a second dump, of which nothing is cached, is timed.
    using (Vmcore warm = VmcoreFile.Open(path))
    {
        for (int i = 0; i < 3; i++)
        {
            ReadPart(warm, pfns.AsSpan(0, Math.Min(pfns.Length, 20_000)));
            Thread.Sleep(100);
        }
    }

    using Vmcore dump = VmcoreFile.Open(path);
    TimeSpan processorBefore = Environment.CpuUsage.TotalTime;
    var watch = Stopwatch.StartNew();
    long pages = threads == 1 ? ReadPart(dump, pfns) : ReadParts(dump, pfns, threads);
    double wall = watch.Elapsed.TotalSeconds;
    double processor = (Environment.CpuUsage.TotalTime - processorBefore).TotalSeconds;
    Console.WriteLine(FormattableString.Invariant($"{pages} pages, {wall:F6} seconds, {processor:F6} processor seconds, sum {Checksum(dump, pfns):x16}"));
}

static long ReadParts(Vmcore dump, ulong[] pfns, int threads)
{
    long pages = 0;
    Thread[] workers = new Thread[threads];
    for (int i = 0; i < threads; i++)
    {
        int from = (int)((long)pfns.Length * i / threads);
        int to = (int)((long)pfns.Length * (i + 1) / threads);
        workers[i] = new Thread(() => Interlocked.Add(ref pages, ReadPart(dump, pfns.AsSpan(from..to))));
        workers[i].Start();
    }

    foreach (Thread worker in workers)
    {
        worker.Join();
    }

    return pages;
}

static long ReadPart(Vmcore dump, ReadOnlySpan<ulong> pfns)
{
    byte[] buffer = new byte[dump.PageSize];
    IPhysicalMemory memory = dump.Memory;
    long pages = 0;
    foreach (ulong pfn in pfns)
    {
        pages += memory.Read(new PhysAddr(pfn * (ulong)buffer.Length), buffer).IsOk ? 1 : 0;
    }

    return pages;
}

// Not timed: every byte counts.
static ulong Checksum(Vmcore dump, ReadOnlySpan<ulong> pfns)
{
    byte[] buffer = new byte[dump.PageSize];
    ulong sum = 0;
    foreach (ulong pfn in pfns)
    {
        if (dump.Memory.Read(new PhysAddr(pfn * (ulong)buffer.Length), buffer).IsOk)
        {
            foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(buffer))
            {
                sum = (sum * 31) + word;
            }
        }
    }

    return sum;
}
