// Bend: ways to damage memory.
namespace VaQuest.Diagnosis.Tests.Browse.Hostile;

/// <summary>What becomes of the words that are chosen.</summary>
internal enum Bend
{
    /// <summary>Pointers lead back into the page they point to, so that lists and trees run in circles.</summary>
    Circles,

    /// <summary>Pointers lead anywhere in the kernel's half.</summary>
    WildPointers,

    /// <summary>One bit of a word is flipped.</summary>
    FlippedBits,

    /// <summary>Small numbers become huge.</summary>
    HugeCounts,

    /// <summary>Whole pages are missing.</summary>
    LostPages,
}
