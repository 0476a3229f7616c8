// OriginKind: the ways in which the way back of a value ends.
namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Kinds of origins.</summary>
internal enum OriginKind
{
    Memory,
    CallResult,
    Constant,
    Parameter,
    Computed,
    Unknown,
}
