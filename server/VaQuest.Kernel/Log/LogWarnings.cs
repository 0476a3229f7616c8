// LogWarnings: damage in the log, counted, so that a destroyed ring gives a few sentences and not thousands.
namespace VaQuest.Kernel.Log;

internal sealed class LogWarnings
{
    private const int Shown = 4;

    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _shown = new(StringComparer.Ordinal);
    private readonly List<string> _sentences = [];

    /// <param name="kind">The sort of damage, for counting.</param>
    /// <param name="detail">One sentence.</param>
    public void Add(string kind, string detail) => Add(kind, 1, () => detail);

    /// <param name="kind">The sort of damage, for counting.</param>
    /// <param name="lost">How many records are lost by it.</param>
    /// <param name="detail">One sentence for the first of them; asked only when it will be shown.</param>
    public void Add(string kind, long lost, Func<string> detail)
    {
        long before = _counts.GetValueOrDefault(kind);
        _counts[kind] = before + lost;
        if (before < Shown)
        {
            _sentences.Add(detail());
            _shown[kind] = _shown.GetValueOrDefault(kind) + 1;
        }
    }

    public IReadOnlyList<string> ToList()
    {
        foreach ((string kind, long count) in _counts)
        {
            long shown = _shown.GetValueOrDefault(kind);
            if (count > shown)
            {
                _sentences.Add(FormattableString.Invariant($"{count - shown} more log records are lost the same way: {kind}"));
            }
        }

        return _sentences;
    }
}
