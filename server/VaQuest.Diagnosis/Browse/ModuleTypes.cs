// ModuleTypes: structures of one module, for readers that take types by name.
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Values;

namespace VaQuest.Diagnosis.Browse;

/// <summary>What the module's own types or debug information say, else the kernel's.</summary>
internal sealed class ModuleTypes(SessionValues values, string module) : ITypeCatalog
{
    public string Origin => "the module " + module;

    public StructType? FindStruct(string tag) => values.FindStruct(tag, module);

    public EnumType? FindEnum(string tag) => null;

    public CType? FindNamed(string name) => null;

    public long? FindEnumerator(string name) => null;
}
