// SpanKind: what a piece of annotated text stands for.
namespace VaQuest.Diagnosis.Text;

/// <summary>Kinds of spans; the editor's colours and features follow from them.</summary>
public enum SpanKind
{
    /// <summary>A heading of a section.</summary>
    Heading,

    /// <summary>A virtual address.</summary>
    Address,

    /// <summary>A whole line that is a frame of a stack.</summary>
    Frame,

    /// <summary>A function name.</summary>
    Function,

    /// <summary>A data symbol.</summary>
    Symbol,

    /// <summary>A source file with line.</summary>
    Source,

    /// <summary>A task (pid, name).</summary>
    Task,

    /// <summary>A module name.</summary>
    Module,

    /// <summary>A register's name; its value is an Address span.</summary>
    Register,

    /// <summary>A timestamp or another label.</summary>
    Label,

    /// <summary>Text that tells of an error: the panic message.</summary>
    Error,

    /// <summary>Text that tells that something is missing, and why.</summary>
    Absent,

    /// <summary>How something is known.</summary>
    Proof,

    /// <summary>The severity and title of a finding.</summary>
    Finding,
}
