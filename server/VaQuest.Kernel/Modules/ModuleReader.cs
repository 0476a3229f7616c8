// ModuleReader: the modules that were loaded.
using VaQuest.Binary;
using VaQuest.Kernel.Facts;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Modules;

/// <summary>Walks the list `modules` and reads each struct module (include/linux/module.h).</summary>
internal sealed class ModuleReader
{
    private const int MaxModules = 16 * 1024;
    private const int MaxUsers = 4096;
    private const ulong MaxRegionBytes = 1UL << 30;
    private const int BuildIdBytes = 20;

    private static readonly string[] s_states = ["Live", "Coming", "Going", "Unformed"];

    private static readonly (string Enumerator, string Kind)[] s_memoryKinds =
    [
        ("MOD_TEXT", "text"), ("MOD_DATA", "data"), ("MOD_RODATA", "rodata"), ("MOD_RO_AFTER_INIT", "ro_after_init"),
        ("MOD_INIT_TEXT", "init_text"), ("MOD_INIT_DATA", "init_data"), ("MOD_INIT_RODATA", "init_rodata"),
    ];

    private readonly KernelObjects _objects;

    private ModuleReader(KernelObjects objects)
    {
        _objects = objects;
    }

    /// <summary>Reads all modules; <paramref name="problem"/> tells what could not be read.</summary>
    public static IReadOnlyList<KernelModule> Read(KernelObjects objects, VirtAddr? head, out string? problem)
    {
        if (head is not { } list || objects.Types.FindOffset("module", "list") is not { } link)
        {
            problem = head is null ? "the symbol modules is not known" : "the layout of struct module is not known";
            return [];
        }

        VirtAddr[] addresses = objects.ReadList(list, link, MaxModules, out problem);
        var reader = new ModuleReader(objects);
        var modules = new List<KernelModule>(addresses.Length);
        foreach (VirtAddr address in addresses)
        {
            if (reader.ReadModule(address) is { } module)
            {
                modules.Add(module);
            }
            else
            {
                problem ??= FormattableString.Invariant($"the module at {address} is not in the dump");
            }
        }

        return modules;
    }

    private KernelModule? ReadModule(VirtAddr address)
    {
        if (_objects.FindText(address, "module", "name") is not { Length: > 0 } name)
        {
            return null;
        }

        ulong? state = _objects.FindUInt(address, "module", "state");
        IReadOnlyList<ModuleRegion> regions = ReadRegions(address);
        var sections = new ModuleSections(_objects, address);
        long? references = _objects.FindInt(address, "module", "refcnt.counter", "refcnt");
        return new KernelModule
        {
            Name = Tasks.CommText.Escape(name),
            Address = address,
            State = state is { } index && index < (ulong)s_states.Length ? s_states[index] : "?",
            Regions = regions,
            Sections = sections,
            BuildId = ReadBuildId(address, sections),
            Version = _objects.FindTextBehind(address, 128, "module", "version"),
            SourceVersion = _objects.FindTextBehind(address, 128, "module", "srcversion"),
            Taints = _objects.FindUInt(address, "module", "taints") is { } taints ? TaintNames.Names(taints) : [],

            // The count starts at 1 (MODULE_REF_BASE), which lsmod does not show.
            ReferenceCount = references is { } count ? (int)Math.Max(0, count - 1) : null,
            UsedBy = ReadUsers(address),
            Size = CoreBytes(regions),
        };
    }

    private static ulong CoreBytes(IReadOnlyList<ModuleRegion> regions)
    {
        ulong sum = 0;
        foreach (ModuleRegion region in regions)
        {
            sum += region.Kind.StartsWith("init", StringComparison.Ordinal) ? 0 : region.Size;
        }

        return sum;
    }

    private List<ModuleRegion> ReadRegions(VirtAddr module)
    {
        var regions = new List<ModuleRegion>();
        if (_objects.Types.FindOffset("module", "mem") is { } start && _objects.Types.FindSize("module_memory") is { } stride)
        {
            foreach ((string enumerator, string kind) in s_memoryKinds)
            {
                if (_objects.Types.Catalog?.FindEnumerator(enumerator) is { } index and >= 0 and < 64)
                {
                    VirtAddr memory = module + start + ((ulong)index * (ulong)stride);
                    AddRegion(regions, kind, _objects.FindPointer(memory, "module_memory", "base"), _objects.FindUInt(memory, "module_memory", "size"));
                }
            }

            return regions;
        }

        AddLayout(regions, module, "core", "");
        AddLayout(regions, module, "init", "init_");
        return regions;
    }

    /// <summary>
    /// Before 6.4 one stretch of memory held code, then read-only data, then data; its parts are told by the ends of each (module_layout since 4.5,
    /// members of struct module before).
    /// </summary>
    private void AddLayout(List<ModuleRegion> regions, VirtAddr module, string which, string prefix)
    {
        string layout = which + "_layout.";
        VirtAddr? start = _objects.FindPointer(module, "module", layout + "base", "module_" + which);
        ulong? size = _objects.FindUInt(module, "module", layout + "size", which + "_size");
        ulong? text = _objects.FindUInt(module, "module", layout + "text_size", which + "_text_size");
        ulong? readOnly = _objects.FindUInt(module, "module", layout + "ro_size", which + "_ro_size");
        ulong? afterInit = _objects.FindUInt(module, "module", layout + "ro_after_init_size");
        if (start is not { } at || size is not { } all || text is not { } textEnd || textEnd > all)
        {
            AddRegion(regions, which, start, size);
            return;
        }

        ulong readOnlyEnd = Math.Clamp(readOnly ?? textEnd, textEnd, all);
        ulong afterInitEnd = Math.Clamp(afterInit ?? readOnlyEnd, readOnlyEnd, all);
        AddRegion(regions, prefix + "text", at, textEnd);
        AddRegion(regions, prefix + "rodata", at + textEnd, readOnlyEnd - textEnd);
        AddRegion(regions, prefix + "ro_after_init", at + readOnlyEnd, afterInitEnd - readOnlyEnd);
        AddRegion(regions, prefix + "data", at + afterInitEnd, all - afterInitEnd);
    }

    private static void AddRegion(List<ModuleRegion> regions, string kind, VirtAddr? start, ulong? size)
    {
        if (start is { } at && size is > 0 and <= MaxRegionBytes)
        {
            regions.Add(new ModuleRegion(kind, at, size.Value));
        }
    }

    private string? ReadBuildId(VirtAddr module, ModuleSections sections)
    {
        byte[] id = new byte[BuildIdBytes];
        if (_objects.FindAddress(module, "module", "build_id") is { } at)
        {
            return _objects.Reader.Read(at, id).IsOk && id.AsSpan().IndexOfAnyExcept((byte)0) >= 0 ? Convert.ToHexStringLower(id) : null;
        }

        return sections.TryGetValue(".note.gnu.build-id", out VirtAddr note) ? NoteReader.FindBuildId(_objects.Reader, note, 256) : null;
    }

    private List<string> ReadUsers(VirtAddr module)
    {
        var users = new List<string>();
        if (_objects.Types.FindOffset("module", "source_list") is not { } head || _objects.Types.FindOffset("module_use", "source_list") is not { } link)
        {
            return users;
        }

        foreach (VirtAddr use in _objects.ReadList(module + head, link, MaxUsers, out _))
        {
            if (_objects.FindPointer(use, "module_use", "source") is { } source && _objects.FindText(source, "module", "name") is { Length: > 0 } name)
            {
                users.Add(Tasks.CommText.Escape(name));
            }
        }

        return users;
    }
}
