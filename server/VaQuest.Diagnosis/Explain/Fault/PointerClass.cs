// PointerClass: what a bad pointer's value looks like.
namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Classes of pointer values on x86-64.</summary>
internal enum PointerClass
{
    Null,

    /// <summary>Below the first page's end: a number, or NULL plus an offset.</summary>
    Small,

    /// <summary>-1 to -4095: an error code in a pointer.</summary>
    Error,

    /// <summary>A pattern that the kernel puts where nothing is to be used.</summary>
    Poison,

    /// <summary>Eight printable characters.</summary>
    Text,

    User,

    NonCanonical,

    Kernel,
}
