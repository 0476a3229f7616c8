// IDumpSession: an open dump with everything the command line prints of it.
using VaQuest.Binary;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Search;
using VaQuest.Diagnosis.WhatIs;
using VaQuest.Dumps.Scanning;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>What <see cref="ICrashSession"/> gives to editors, and the data behind it.</summary>
public interface IDumpSession : ICrashSession
{
    /// <summary>Why nothing of the kernel can be read, though the dump opens, and what works with it; null when the kernel can be read.</summary>
    string? Unsupported { get; }

    /// <summary>The report as data; made once.</summary>
    CrashReport GetCrashReport(CancellationToken cancellation);

    /// <summary>The kernel log, oldest first. Throws <see cref="DumpFormatException"/> with the reason when it cannot be read.</summary>
    IReadOnlyList<LogRecord> GetLogRecords(CancellationToken cancellation);

    /// <summary>All threads. Throws <see cref="DumpFormatException"/> with the reason when there are none to be had.</summary>
    IReadOnlyList<KernelTask> GetTasks(CancellationToken cancellation);

    /// <summary>Loaded modules; empty when none are loaded.</summary>
    IReadOnlyList<KernelModule> GetModules(CancellationToken cancellation);

    /// <summary>Stacks as asked for. Throws <see cref="DumpFormatException"/> when the CPU or task is not in the dump.</summary>
    IReadOnlyList<StackTrace> GetStacks(StackSelection selection, CancellationToken cancellation);

    /// <summary>What is at an address. Never throws on data: every number has an answer.</summary>
    AddressAnswer Identify(AddressQuestion question, CancellationToken cancellation);

    /// <summary>What a search looks for: a hexadecimal number, or a symbol's object. Throws <see cref="DumpFormatException"/> when it is neither.</summary>
    PointerTarget ParsePointerTarget(string text);

    /// <summary>The object that holds an address. Throws <see cref="DumpFormatException"/> when none is known there.</summary>
    PointerTarget FindObject(VirtAddr address);

    /// <summary>
    /// Searches all memory for words with one of the values; <paramref name="take"/> gets each place with what it belongs to, in the order of
    /// physical addresses, on the caller's thread, and ends the search with false.
    /// </summary>
    ScanSummary FindPointers(PointerTarget target, Func<PointerHit, bool> take, IProgress<double>? progress, CancellationToken cancellation);

    /// <summary>Who waits for whom; made once.</summary>
    /// <param name="all">True for every task that sleeps; false for those that are blocked.</param>
    /// <param name="cancellation">Set when nobody waits any more.</param>
    WaitGraph GetWaits(bool all, CancellationToken cancellation);

    /// <summary>Reads the crashed machine's memory. Never throws on data.</summary>
    ReadOutcome ReadVirtual(VirtAddr address, Span<byte> destination);

    /// <summary>Reads the crashed machine's memory. Never throws on data.</summary>
    ReadOutcome ReadPhysical(PhysAddr address, Span<byte> destination);
}
