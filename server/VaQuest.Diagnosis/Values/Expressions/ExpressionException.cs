// ExpressionException: an expression that cannot be answered, and the character that is to blame.
namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>An error of the user's expression, or of what it names.</summary>
public sealed class ExpressionException : Exception
{
    public ExpressionException()
        : this("the expression cannot be answered", 0)
    {
    }

    public ExpressionException(string message)
        : this(message, 0)
    {
    }

    public ExpressionException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <param name="message">One sentence without a period.</param>
    /// <param name="position">Characters from the start of the expression.</param>
    public ExpressionException(string message, int position)
        : base(message) => Position = position;

    /// <summary>Characters from the start of the expression.</summary>
    public int Position { get; }
}
