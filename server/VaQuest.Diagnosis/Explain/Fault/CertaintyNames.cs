// CertaintyNames: the words for degrees of certainty.
namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Names for people and JSON.</summary>
public static class CertaintyNames
{
    public static string NameOf(Certainty certainty) => certainty switch
    {
        Certainty.Shown => "shown",
        Certainty.Consistent => "consistent",
        Certainty.CannotTell => "cannot-tell",
        _ => "contradicts",
    };

    /// <summary>The label of a degree by its name.</summary>
    public static string LabelOf(string name) => LabelOf(Enum.GetValues<Certainty>().FirstOrDefault(certainty => NameOf(certainty) == name, Certainty.Contradicts));

    public static string LabelOf(Certainty certainty) => certainty switch
    {
        Certainty.Shown => "shown by",
        Certainty.Consistent => "consistent with",
        Certainty.CannotTell => "cannot tell",
        _ => "against it",
    };
}
