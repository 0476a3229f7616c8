// DebugFiles: the debug files that belong to a dump: found, checked by build id, opened when they are needed.
using System.Collections.Concurrent;
using VaQuest.DebugInfo.CallSites;
using VaQuest.DebugInfo.Frames;
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;
using VaQuest.DebugInfo.Lookup;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Dumps;
using VaQuest.Kernel;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Diagnosis.Images;

/// <summary>
/// Debug information of one dump. A file whose build id differs is refused with the reason: its lines would be wrong in a way that nobody
/// would notice. Safe for concurrent use.
/// </summary>
internal sealed class DebugFiles
{
    private readonly SessionOptions _options;
    private readonly DebugFileFinder _finder;
    private readonly string? _release;
    private readonly List<string> _warnings = [];
    private readonly DebugImage? _vmlinux;
    private readonly SystemMapSymbols? _map;
    private readonly ConcurrentDictionary<string, Lazy<DebugImage?>> _modules = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<DebugFileUse> _moduleUses = new();
    private readonly ConcurrentQueue<string> _refusedModules = new();
    private LinuxKernel? _kernel;

    public DebugFiles(Vmcore dump, SessionOptions options)
    {
        _options = options;
        _release = dump.Vmcoreinfo.Release;
        _map = options is { UseDebugInfo: true, Vmlinux: { } named } ? ChooseMap(dump, named) : null;
        _finder = new DebugFileFinder(new DebugFileOptions { Vmlinux = _map is null ? options.Vmlinux : null, Directories = DirectoriesOf(dump, options) });
        if (options.UseDebugInfo)
        {
            _vmlinux = ChooseVmlinux(dump);
        }
    }

    /// <summary>One sentence each: what was refused, and why.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The files in use so far: vmlinux, then modules in the order in which they were needed.</summary>
    public IReadOnlyList<DebugFileUse> InUse =>
        [.. _vmlinux is null ? [] : new[] { new DebugFileUse("vmlinux", _vmlinux.Path, _vmlinux.BuildId) }, .. _moduleUses];

    /// <summary>Files of modules that were refused, of those modules that have no right one; as far as they were needed so far.</summary>
    public IReadOnlyList<string> RefusedModules => [.. _refusedModules];

    public IImageSymbols? ImageSymbols => _vmlinux is null ? _map : new ElfImageSymbols(_vmlinux.Elf);

    /// <summary>How well debug information matches, as far as the modules of a stack need it.</summary>
    /// <param name="modules">Names of modules; each is looked for.</param>
    public DebugInfoState StateFor(IEnumerable<string> modules)
    {
        string[] missing = _vmlinux?.Lines is null ? [] : [.. modules.Distinct().Where(module => FindLookup(module) is null)];
        string used = _vmlinux is null ? "" : $"{_vmlinux.Path} is of the kernel that crashed (build id {_vmlinux.BuildId}).";
        return missing.Length == 0 ? State : new DebugInfoState(
            "partial", $"no debug info of {string.Join(", ", missing.Select(DumpText.Escape))}",
            [.. _warnings, used, "Frames of these modules have no source lines. Name the directory of their debug files in vaquest.debugDirectories."]);
    }

    private DebugInfoState State => _vmlinux switch
    {
        null when !_options.UseDebugInfo => new DebugInfoState("missing", "debug info off", ["Debug information was not asked for."]),
        null => new DebugInfoState("missing", "no debug info",
            [.. _warnings, "No vmlinux of this kernel was found: symbols and types are the dump's own, source lines are missing. Choose the vmlinux file."]),
        { Lines: null } => new DebugInfoState("partial", "vmlinux without lines", [.. _warnings, $"{_vmlinux.Path} has no line information."]),
        _ => new DebugInfoState("matched", "debug info matched", [.. _warnings, $"{_vmlinux.Path} is of the kernel that crashed (build id {_vmlinux.BuildId})."]),
    };

    public IReadOnlyList<CoverageEntry> Coverage => [VmlinuxCoverage(), .. MissingModules()];

    /// <summary>Told once, before any stack is expanded: modules are known only from the kernel.</summary>
    public void Attach(LinuxKernel kernel) => _kernel = kernel;

    /// <summary>Types of the vmlinux, which are read faster from a file than from compressed pages; null to use the dump's.</summary>
    public ITypeCatalog? OpenTypes() => _vmlinux is null ? null : (ITypeCatalog?)_vmlinux.OpenBtf() ?? _vmlinux.Types;

    /// <summary>Lines of a module, or of the kernel image for null; null when there are none.</summary>
    public ISourceLookup? FindLookup(string? module) => FindImage(module)?.Lines;

    /// <summary>Unwind rows of a module, or of the kernel image for null; null when there are none.</summary>
    public ICallFrameLookup? FindCallFrames(string? module) => FindImage(module)?.CallFrames;

    /// <summary>Calls of a module's functions, or of the kernel image's for null; null when there is no debug information.</summary>
    public ICallSiteLookup? FindCallSites(string? module) => FindImage(module)?.CallSites;

    /// <summary>The debug files of modules that were opened so far.</summary>
    public IEnumerable<DebugImage> OpenModules
    {
        get
        {
            foreach ((string _, Lazy<DebugImage?> image) in _modules)
            {
                if (image is { IsValueCreated: true, Value: { } opened })
                {
                    yield return opened;
                }
            }
        }
    }

    /// <summary>The debug file of a module, or of the kernel image for null; null when there is none.</summary>
    public DebugImage? FindImage(string? module)
    {
        if (module is null || !_options.UseDebugInfo)
        {
            return _vmlinux;
        }

        return _modules.GetOrAdd(module, name => new Lazy<DebugImage?>(() => OpenModule(name))).Value;
    }

    private DebugImage? OpenModule(string name)
    {
        KernelModule? module = _kernel?.Modules.FirstOrDefault(m => m.Name == name);
        DebugFileSearch? search = module is null ? null : _finder.FindModule(module.Name, module.BuildId, _release);
        DebugImage? image = search?.File is { } file ? new DebugImage(file) : null;
        if (image is not null && module is { BuildId: null, SourceVersion: { Length: > 0 } loaded } && ModuleSourceVersion.Find(image.Elf) is { } built && built != loaded)
        {
            _refusedModules.Enqueue($"{image.Path} has srcversion {DumpText.Escape(built)}, the dump's module {DumpText.Escape(name)} has {DumpText.Escape(loaded)}: refused; give the debug files of exactly that build");
            return null;
        }

        foreach (string refusal in image is null ? search?.Refusals ?? [] : [])
        {
            _refusedModules.Enqueue(refusal);
        }

        if (image is not null)
        {
            _moduleUses.Enqueue(new DebugFileUse(name, image.Path, image.BuildId));
        }

        return image;
    }

    private CoverageEntry VmlinuxCoverage() => _vmlinux switch
    {
        null when !_options.UseDebugInfo => new CoverageEntry("source lines", CoverageState.Missing, "debug information was not asked for"),
        null => new CoverageEntry("source lines", CoverageState.Missing, "no vmlinux of this kernel was found; give it with --vmlinux or --debug"),
        { Lines: null } => new CoverageEntry("source lines", CoverageState.Missing, $"{_vmlinux.Path} has no line information"),
        _ => new CoverageEntry("source lines", CoverageState.Full, _vmlinux.Path),
    };

    private IEnumerable<CoverageEntry> MissingModules()
    {
        foreach ((string name, Lazy<DebugImage?> image) in _modules)
        {
            if (image is { IsValueCreated: true, Value: null })
            {
                yield return new CoverageEntry(
                    "source lines", CoverageState.Partial, $"no debug file of module {name} was found; give its directory with --debug");
            }
        }
    }

    // A System.map has no build id: it is believed when the kernel's banner, with the release that the dump tells, lies where it says.
    private SystemMapSymbols? ChooseMap(Vmcore dump, string path)
    {
        if (SystemMapSymbols.TryOpen(path) is not { } map)
        {
            return null;
        }

        LinuxKernel kernel = LinuxKernel.Open(dump, new KernelOpenOptions { ImageSymbols = map });
        string? banner = map.FindAddress("linux_banner") is { } at ? kernel.Reader.ReadCString(new VirtAddr(unchecked(at + kernel.KaslrOffset)), 256) : null;
        if (banner?.StartsWith("Linux version " + _release, StringComparison.Ordinal) == true)
        {
            return map;
        }

        _warnings.Add($"{path} is not the System.map of this kernel: the kernel's banner is not where it says; going on without it");
        return null;
    }

    // Debug files are often kept beside the dump, and modules beside the vmlinux: the build id says whether they belong to it.
    private static List<string> DirectoriesOf(Vmcore dump, SessionOptions options)
    {
        var directories = new List<string>(options.DebugDirectories);
        foreach (string? beside in new[] { Path.GetDirectoryName(options.Vmlinux), Path.GetDirectoryName(dump.Path) })
        {
            if (!string.IsNullOrEmpty(beside) && !directories.Contains(beside))
            {
                directories.Add(beside);
            }
        }

        return directories;
    }

    private DebugImage? ChooseVmlinux(Vmcore dump)
    {
        DebugFileSearch search = _finder.FindVmlinux(dump.Vmcoreinfo.BuildId, _release);
        DebugImage? image = search.File is { } file ? new DebugImage(file) : null;
        string? refusal = image is null || dump.Vmcoreinfo.BuildId is not null ? null : Refuse(image, dump);
        if (_options.Vmlinux is { } named)
        {
            // What the user named and did not get is a warning; what was merely in the way is not.
            _warnings.AddRange(search.Refusals.Where(text => text.Contains(named, StringComparison.Ordinal)).Take(1));
        }

        if (refusal is not null)
        {
            _warnings.Add(refusal);
        }

        return refusal is null ? image : null;
    }

    // Kernels before 5.14 do not put their build id into VMCOREINFO. Its place in memory is where this vmlinux would have it: if the file is
    // of another build, other bytes are there, and the ids differ.
    private static string? Refuse(DebugImage image, Vmcore dump)
    {
        string? wanted = LinuxKernel.Open(dump, new KernelOpenOptions { ImageSymbols = new ElfImageSymbols(image.Elf) }).Facts.BuildId;
        return wanted == image.BuildId ? null
            : wanted is null ? $"{image.Path} cannot be checked, because the dump does not tell its kernel's build id; going on without it"
            : $"{image.Path} has build id {image.BuildId ?? "(none)"}, the dump's kernel has {wanted}: refused; give the debug files of exactly that build";
    }
}
