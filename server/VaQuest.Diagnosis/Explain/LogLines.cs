// LogLines: the kernel log as single lines.
using VaQuest.Kernel.Log;

namespace VaQuest.Diagnosis.Explain;

/// <summary>Lines of log records, without timestamps, and the record each came from.</summary>
internal sealed class LogLines
{
    public LogLines(IReadOnlyList<LogRecord> records)
    {
        var texts = new List<string>(records.Count + 64);
        var origins = new List<int>(records.Count + 64);
        for (int i = 0; i < records.Count; i++)
        {
            string text = records[i].Text;
            int start = 0;
            for (int end = text.IndexOf('\n', StringComparison.Ordinal); end >= 0; end = text.IndexOf('\n', start))
            {
                texts.Add(text[start..end]);
                origins.Add(i);
                start = end + 1;
            }

            if (start < text.Length || text.Length == 0)
            {
                texts.Add(start == 0 ? text : text[start..]);
                origins.Add(i);
            }
        }

        Texts = texts;
        Origins = origins;
    }

    public IReadOnlyList<string> Texts { get; }

    /// <summary>Index of the record of each line.</summary>
    public IReadOnlyList<int> Origins { get; }
}
