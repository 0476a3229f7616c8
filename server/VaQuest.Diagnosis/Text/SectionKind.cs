// SectionKind: what a section of a document holds.
namespace VaQuest.Diagnosis.Text;

/// <summary>Kinds of sections; the outline's icons and initial folding follow from them.</summary>
public enum SectionKind
{
    Report,
    Panic,
    System,
    Stack,
    Registers,
    Modules,
    Tasks,
    Log,
    Findings,
    Coverage,
    Code,

    /// <summary>Variables of a frame, or members of an object.</summary>
    Values,
}
