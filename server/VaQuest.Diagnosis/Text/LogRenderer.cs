// LogRenderer: the kernel log as dmesg prints it.
using System.Text;
using VaQuest.Kernel.Log;

namespace VaQuest.Diagnosis.Text;

/// <summary>Renders log records. Every line of a record carries its timestamp, as the kernel itself prints them.</summary>
public static class LogRenderer
{
    /// <summary>The whole log as plain text, control bytes escaped.</summary>
    public static string RenderText(IReadOnlyList<LogRecord> records)
    {
        var text = new StringBuilder(records.Count * 80);
        foreach (LogRecord record in records)
        {
            string stamp = "[" + LogText.Timestamp(record) + "] ";
            foreach (string line in record.Text.Split('\n'))
            {
                text.Append(stamp).Append(DumpText.Escape(line)).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Renders records as part of a document.</summary>
    public static void RenderRecords(AnnotatedTextBuilder text, IReadOnlyList<LogRecord> records, string indent)
    {
        foreach (LogRecord record in records)
        {
            string stamp = "[" + LogText.Timestamp(record) + "]";
            foreach (string line in record.Text.Split('\n'))
            {
                text.Write(indent).Write(stamp, SpanKind.Label).Write(" ").Write(DumpText.Escape(line)).EndLine();
            }
        }
    }
}
