// TypeLibrary: the types of the kernel and its modules, by name.
using VaQuest.DebugInfo.Dwarf.Types;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Images;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Kernel.Modules;

namespace VaQuest.Diagnosis.Values;

/// <summary>
/// Looks in the kernel's BTF first, which has every type once; then in the debug information of modules that are in use, then in that of the
/// others and of the kernel image. Safe for concurrent use.
/// </summary>
internal sealed class TypeLibrary(OpenedDump opened)
{
    /// <summary>Modules whose debug files are opened for a name that nothing else knows.</summary>
    private const int MaxModules = 512;

    private ITypeCatalog? Kernel => opened.Kernel.Types.Catalog;

    /// <summary>The definition of a struct or union that is only declared somewhere; does not open further debug files.</summary>
    public CType? Complete(ForwardType declared)
    {
        if (declared.Name.Length == 0)
        {
            return null;
        }

        return Kernel?.FindStruct(declared.Name) ?? OpenModules().Select(types => types.FindStruct(declared.Name)).FirstOrDefault(found => found is not null);
    }

    public CType? FindStruct(string tag, CancellationToken cancellation) => Find(types => types.FindStruct(tag), tag, cancellation);

    /// <summary>The definition of a struct in the kernel's types, in those of one module, or in debug files that are open; opens no other file.</summary>
    public StructType? FindStruct(string tag, string? module)
    {
        if (module is not null && opened.DebugFiles.FindImage(module)?.Types is { } types && types.MayHave(tag) && types.FindStruct(tag) is StructType found)
        {
            return found;
        }

        return Complete(new ForwardType(tag, isUnion: false)) as StructType;
    }

    public CType? FindEnum(string tag, CancellationToken cancellation) => Find(types => types.FindEnum(tag), tag, cancellation);

    /// <summary>A typedef or base type.</summary>
    public CType? FindNamed(string name, CancellationToken cancellation) => Find(types => types.FindNamed(name), name, cancellation);

    /// <summary>The value of an enum constant. Only BTF and debug files in use are asked.</summary>
    public long? FindEnumerator(string name) =>
        Kernel?.FindEnumerator(name) ?? OpenModules().Select(types => types.FindEnumerator(name)).FirstOrDefault(found => found is not null);

    /// <summary>The type of a function or per-CPU variable that BTF knows, or null.</summary>
    public CType? FindSymbolType(string name) => (Kernel as DebugInfo.Btf.BtfCatalog)?.FindSymbol(name);

    private CType? Find(Func<ITypeCatalog, CType?> ask, string name, CancellationToken cancellation)
    {
        if (Kernel is { } kernel && ask(kernel) is { } known)
        {
            return known;
        }

        foreach (DwarfTypes types in OpenModules())
        {
            if (types.MayHave(name) && ask(types) is { } found)
            {
                return found;
            }
        }

        foreach (KernelModule module in opened.Kernel.Modules.Take(MaxModules))
        {
            cancellation.ThrowIfCancellationRequested();
            if (opened.DebugFiles.FindImage(module.Name) is { Types: { } types } && types.MayHave(name) && ask(types) is { } found)
            {
                return found;
            }
        }

        return opened.DebugFiles.FindImage(null)?.Types is { } image && image.MayHave(name) ? ask(image) : null;
    }

    private IEnumerable<DwarfTypes> OpenModules()
    {
        foreach (DebugImage image in opened.DebugFiles.OpenModules)
        {
            if (image.Types is { } types)
            {
                yield return types;
            }
        }
    }
}
