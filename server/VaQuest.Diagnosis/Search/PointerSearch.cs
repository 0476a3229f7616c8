// PointerSearch: who points here: all memory is searched, and each place that is found is named.
using VaQuest.Binary;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.WhatIs;
using VaQuest.Dumps.Scanning;
using VaQuest.Kernel;
using VaQuest.Kernel.Memory.Slabs;

namespace VaQuest.Diagnosis.Search;

/// <summary>Finds words by value in physical memory and turns each place back into a virtual address. Safe for concurrent use.</summary>
internal sealed class PointerSearch(OpenedDump opened, AddressDescriber describer)
{
    /// <summary>Results that are kept: an editor asks for the places, and then for the document that lists them.</summary>
    private const int MaxKept = 8;

    private readonly Lock _lock = new();
    private readonly List<(PointerTarget Target, IReadOnlyList<PointerHit> Hits, ScanSummary Summary)> _kept = [];
    private readonly Lazy<PlaceMap> _places = new(() => new PlaceMap(opened.Kernel));

    private LinuxKernel Kernel => opened.Kernel;

    /// <summary>Scans all memory; <paramref name="take"/> gets the hits in the order of physical addresses and ends the scan with false.</summary>
    public ScanSummary Run(PointerTarget target, Func<PointerHit, bool> take, IProgress<double>? progress, CancellationToken cancellation) =>
        MemoryScanner.Scan(opened.Dump, target.Start, target.Length, hit => take(Name(hit)), progress, cancellation);

    /// <summary>The first places, at most <paramref name="limit"/>; kept for the next who asks.</summary>
    /// <param name="target">What is looked for.</param>
    /// <param name="limit">Places after which the search stops.</param>
    /// <param name="watch">Told each place when it is found, or null and the share that is done; on the caller's thread. May be null.</param>
    /// <param name="cancellation">Stops the search; nothing is kept then.</param>
    public (IReadOnlyList<PointerHit> Hits, ScanSummary Summary) FindFirst(
        PointerTarget target, int limit, Action<PointerHit?, double>? watch, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_kept.Find(kept => kept.Target == target) is { Hits: not null } known)
            {
                return (known.Hits, known.Summary);
            }
        }

        var hits = new List<PointerHit>();
        var share = new ScanShare(watch);
        ScanSummary summary = Run(
            target,
            hit =>
            {
                hits.Add(hit);
                share.Tell(hit);
                return hits.Count < limit;
            },
            share,
            cancellation);
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_kept.Count == MaxKept)
            {
                _kept.RemoveAt(0);
            }

            _kept.Add((target, hits, summary));
        }

        return (hits, summary);
    }

    /// <summary>A hexadecimal number, or the whole object of a symbol. Throws <see cref="DumpFormatException"/> when it is neither.</summary>
    public PointerTarget Parse(string text)
    {
        string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        if (ulong.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out ulong value))
        {
            return new PointerTarget(value, 1, Words.Hex(value));
        }

        return Kernel.Symbols.FindByName(text) is [{ } symbol, ..]
            ? new PointerTarget(symbol.Address.Value, Math.Max(1, symbol.Size), FormattableString.Invariant($"{symbol.Name} ({Words.Hex(symbol.Address.Value)}, {Words.Count((long)symbol.Size, "byte")})"))
            : throw new DumpFormatException(
                FormatError.BadValue, DumpText.Escape($"{opened.Dump.Path}: \"{text}\" is neither a hexadecimal number nor a symbol of this kernel"));
    }

    /// <summary>The object that holds an address: a slab object or a symbol. Throws <see cref="DumpFormatException"/> when none is known there.</summary>
    public PointerTarget ObjectAt(VirtAddr address)
    {
        if (Kernel.Slabs.FindObject(address, out _) is { } item)
        {
            return Of(item);
        }

        if (Kernel.Symbols.FindAt(address) is { Symbol: { Size: > 0 } symbol } && address - symbol.Address < symbol.Size)
        {
            return new PointerTarget(symbol.Address.Value, symbol.Size, FormattableString.Invariant($"{symbol.Name} ({Words.Hex(symbol.Address.Value)})"));
        }

        ulong stackBytes = (ulong)Math.Max(1, Kernel.Types.FindSize("thread_union") ?? 16384);
        return Kernel.Tasks.FindByStack(address, stackBytes) is { Stack: { } stack } task
            ? new PointerTarget(stack.Value, stackBytes, FormattableString.Invariant($"the stack of PID {task.Pid} {task.Comm}"))
            : throw new DumpFormatException(
                FormatError.BadValue, $"{opened.Dump.Path}: no object is known at {address}: it is in no slab, symbol or task's stack; give --range START-END instead");
    }

    private static PointerTarget Of(SlabObject item) => new(
        item.Start.Value, item.Cache.ObjectSize, FormattableString.Invariant($"object {Words.Hex(item.Start.Value)} of cache {item.Cache.Name}, {item.Cache.ObjectSize} bytes"));

    private PointerHit Name(WordHit hit)
    {
        VirtAddr? place = _places.Value.Find(hit.Place);
        AddressQuestion question = place is { } at
            ? new AddressQuestion(at.Value, AddressMeaning.Virtual, null)
            : new AddressQuestion(hit.Place.Value, AddressMeaning.Physical, null);
        return new PointerHit(place, hit.Place, hit.Value, describer.Identify(question));
    }
}
