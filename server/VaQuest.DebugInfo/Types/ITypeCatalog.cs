// ITypeCatalog: the types of one kernel or module, found by name.
namespace VaQuest.DebugInfo.Types;

/// <summary>Types by name. Safe for concurrent callers.</summary>
public interface ITypeCatalog
{
    /// <summary>Where the types come from, in words for the coverage section: "BTF in the dump", "BTF of /…/vmlinux".</summary>
    string Origin { get; }

    /// <summary>The struct or union with this tag, the defined one; null when there is none.</summary>
    StructType? FindStruct(string tag);

    /// <summary>The enum with this tag, or null.</summary>
    EnumType? FindEnum(string tag);

    /// <summary>A typedef or base type by name, or null.</summary>
    CType? FindNamed(string name);

    /// <summary>The value of an enum constant, also of anonymous enums; null when there is none.</summary>
    long? FindEnumerator(string name);
}
