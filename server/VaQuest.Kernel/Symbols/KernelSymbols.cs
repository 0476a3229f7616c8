// KernelSymbols: names and run-time addresses of the crashed kernel and its modules.
using System.Collections.Concurrent;
using VaQuest.Binary;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Modules;

namespace VaQuest.Kernel.Symbols;

/// <summary>
/// Symbols of the kernel image from kallsyms in the dump, else from a vmlinux file; symbols of modules from the modules themselves. Nothing
/// is indexed ahead: a look-up decodes what it needs. Safe for concurrent callers.
/// </summary>
public sealed class KernelSymbols
{
    private const string Area = "symbols";

    /// <summary>SYSTEM_RUNNING has been 2 since 4.13 and 3 since 5.16 (include/linux/kernel.h), where 2 says that the memory is being freed.</summary>
    private const uint RunningState = 2;

    private readonly KernelReader _reader;
    private readonly VmcoreinfoTable _vmcoreinfo;
    private readonly IImageSymbols? _image;
    private readonly ulong _kaslrOffset;
    private readonly CoverageLog _coverage;
    private readonly Lazy<KallsymsSource?> _kallsyms;
    private readonly Lazy<ModuleMap> _modules;
    private readonly Lazy<ImageBounds> _bounds;
    private readonly Lazy<bool> _isBooted;
    private readonly ConcurrentDictionary<string, Found> _addresses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SymbolIndex> _moduleSymbols = new(StringComparer.Ordinal);
    private readonly Func<KernelModule, SymbolIndex> _readModule;

    internal KernelSymbols(
        KernelReader reader,
        VmcoreinfoTable vmcoreinfo,
        IImageSymbols? image,
        CoverageLog coverage,
        Func<IReadOnlyList<KernelModule>> modules,
        Func<KernelModule, SymbolIndex> readModule)
    {
        _reader = reader;
        _vmcoreinfo = vmcoreinfo;
        _image = image;
        _kaslrOffset = vmcoreinfo.KernelOffset ?? SlideOf(vmcoreinfo, image);
        _coverage = coverage;
        _kallsyms = new Lazy<KallsymsSource?>(OpenKallsyms);
        _modules = new Lazy<ModuleMap>(() => new ModuleMap(modules()));
        _bounds = new Lazy<ImageBounds>(() => ImageBounds.Find(FindAddress, reader.WordSize));
        _isBooted = new Lazy<bool>(() => FindAddress("system_state") is { } state && reader.TryReadUInt32(state, out uint value) && value >= RunningState);
        _readModule = readModule;
    }

    /// <summary>Where the kernel image's symbols come from, in words; null when there are none beside VMCOREINFO's few.</summary>
    public string? Origin => _kallsyms.Value is not null ? "kallsyms in the dump" : _image?.Origin;

    /// <summary>Run-time minus link-time address of the kernel image; 0 when neither the dump nor a vmlinux tells.</summary>
    public ulong KaslrOffset => _kaslrOffset;

    /// <summary>
    /// Run-time address of a symbol of the kernel image, or null. A per-CPU symbol gives its offset: add the CPU's (<see cref="Cpus.CpuTable"/>).
    /// </summary>
    public VirtAddr? FindAddress(string name) => _addresses.GetOrAdd(name, LookUpAddress).Address;

    /// <summary>All symbols of that name: those of the kernel image first, then those of modules.</summary>
    public IReadOnlyList<KernelSymbol> FindByName(string name)
    {
        var found = new List<KernelSymbol>();
        if (_kallsyms.Value is { } kallsyms)
        {
            found.AddRange(kallsyms.FindByName(name, _bounds.Value.End).Select(_bounds.Value.Correct));
        }

        // Without CONFIG_KALLSYMS_ALL the kernel's own table has functions alone.
        if (found.Count == 0 && FindAddress(name) is { } address)
        {
            found.Add(FindAt(address)?.Symbol is { } symbol && symbol.Name == name ? symbol : new KernelSymbol(name, address, 0, '?', null));
        }

        foreach (KernelModule module in _modules.Value.Modules)
        {
            if (SymbolsOf(module).FindByName(name) is { } symbol)
            {
                found.Add(symbol);
            }
        }

        return found;
    }

    /// <summary>The symbol that holds an address, or null when it lies in neither the kernel image nor a module.</summary>
    public SymbolHit? FindAt(VirtAddr address)
    {
        if (_bounds.Value.Contains(address))
        {
            return FindInImage(address);
        }

        if (_modules.Value.Find(address) is not { } place || SymbolsOf(place.Module).FindAt(address, place.End) is not { } symbol)
        {
            return null;
        }

        return symbol.Address < place.Start ? null : new SymbolHit(symbol, address - symbol.Address);
    }

    /// <summary>The static per-CPU variable that holds a per-CPU pointer, or null. Only for pointers among the kernel's own variables.</summary>
    /// <param name="pointer">What is the same for all CPUs.</param>
    /// <param name="end">__per_cpu_end.</param>
    public SymbolHit? FindPerCpuAt(VirtAddr pointer, VirtAddr end)
    {
        KernelSymbol? symbol = _kallsyms.Value?.FindAt(pointer, end);
        if (symbol is not null && _bounds.Value.IsEndOfText(symbol, pointer))
        {
            symbol = null;
        }

        if (symbol is null && _image?.FindAt(pointer.Value < 0x1000_0000 ? pointer.Value : unchecked(pointer.Value - _kaslrOffset)) is { } linked)
        {
            symbol = linked with { Address = linked.Address.Value < 0x1000_0000 ? linked.Address : linked.Address + _kaslrOffset };
        }

        return symbol is null || symbol.Address > pointer ? null : new SymbolHit(symbol, pointer - symbol.Address);
    }

    /// <summary>The module whose memory holds an address, or null.</summary>
    public KernelModule? FindModule(VirtAddr address) => _modules.Value.Find(address)?.Module;

    /// <summary>True when an address is in the kernel image, code or data.</summary>
    public bool IsImage(VirtAddr address) => _bounds.Value.Contains(address);

    /// <summary>True when an address is in the image's initialisation code and the kernel is past the boot, which frees it.</summary>
    public bool IsFreedInit(VirtAddr address) => _bounds.Value.IsInit(address) && _isBooted.Value;

    /// <summary>True when an address is in the code of the kernel image or of a module, as __kernel_text_address() would say.</summary>
    public bool IsText(VirtAddr address)
    {
        if (_bounds.Value.Contains(address))
        {
            return _bounds.Value.IsText(address);
        }

        return _modules.Value.Find(address) is { } place && place.MayHoldText;
    }

    /// <summary>All symbols of a module, by address.</summary>
    public IReadOnlyList<KernelSymbol> EnumerateModule(KernelModule module) => SymbolsOf(module).All;

    /// <summary>Symbols whose names hold a text, letters of either case: the kernel image's first; at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<KernelSymbol> Search(string part, int limit, CancellationToken cancellation)
    {
        var found = new List<KernelSymbol>((_kallsyms.Value?.Search(part, _bounds.Value.End, limit, cancellation) ?? []).Select(_bounds.Value.Correct));
        foreach (KernelModule module in _modules.Value.Modules)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (KernelSymbol symbol in SymbolsOf(module).All)
            {
                if (found.Count < limit && symbol.Name.Contains(part, StringComparison.OrdinalIgnoreCase))
                {
                    found.Add(symbol);
                }
            }
        }

        return found;
    }

    private SymbolHit? FindInImage(VirtAddr address)
    {
        KernelSymbol? symbol = _kallsyms.Value?.FindAt(address, _bounds.Value.End);
        if (symbol is not null && _bounds.Value.IsEndOfText(symbol, address))
        {
            // Without CONFIG_KALLSYMS_ALL no data is in the table: the last function before data does not hold it.
            symbol = null;
        }

        if (symbol is null && _image?.FindAt(unchecked(address.Value - _kaslrOffset)) is { } linked)
        {
            symbol = linked with { Address = linked.Address + _kaslrOffset };
        }

        return symbol is null ? null : new SymbolHit(_bounds.Value.Correct(symbol), address - symbol.Address);
    }

    /// <summary>32-bit kernels do not write KERNELOFFSET: the difference of one symbol tells it.</summary>
    private static ulong SlideOf(VmcoreinfoTable vmcoreinfo, IImageSymbols? image)
    {
        foreach (string name in new[] { "_stext", "swapper_pg_dir", "init_uts_ns" })
        {
            if (vmcoreinfo.FindSymbol(name) is { } now && image?.FindAddress(name) is { } linked)
            {
                return unchecked(now.Value - linked);
            }
        }

        return 0;
    }

    private Found LookUpAddress(string name) =>
        new(_vmcoreinfo.FindSymbol(name) ?? _kallsyms.Value?.FindAddress(name) ?? ImageAddress(name));

    private VirtAddr? ImageAddress(string name)
    {
        if (_image?.FindAddress(name) is not { } link)
        {
            return null;
        }

        // Per-CPU symbols are small numbers, which the KASLR slide does not move.
        return new VirtAddr(link < 0x1000_0000 ? link : unchecked(link + _kaslrOffset));
    }

    private SymbolIndex SymbolsOf(KernelModule module) => _moduleSymbols.GetOrAdd(module.Name, _ => _readModule(module));

    private KallsymsSource? OpenKallsyms()
    {
        try
        {
            KallsymsSource source = KallsymsSource.Open(
                _reader, _vmcoreinfo, ImageAddress, damage => _coverage.Add(Area, CoverageState.Partial, damage));
            _coverage.Add(Area, CoverageState.Full, FormattableString.Invariant($"{source.Count} symbols from kallsyms in the dump"));
            return source;
        }
        catch (DumpFormatException error)
        {
            _coverage.Add(
                Area,
                _image is null ? CoverageState.Missing : CoverageState.Partial,
                _image is null ? error.Message : $"{error.Message}; using {_image.Origin}");
            return null;
        }
    }

    /// <summary>A class, so that the cache is a dictionary of references, which is compiled ahead.</summary>
    private sealed class Found(VirtAddr? address)
    {
        public VirtAddr? Address => address;
    }
}
