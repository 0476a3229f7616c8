// GapList: names the ranges that a read could not give.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Cli.Read;

/// <summary>Joins neighbours with the same reason and writes one line for each range; disposing writes the last.</summary>
internal sealed class GapList(Output output, string path) : IDisposable
{
    /// <summary>Lines on standard error at most.</summary>
    private const int MaxLines = 1000;

    private ulong _start;
    private ulong _length;
    private ReadStatus _status;
    private int _lines;

    public bool IsEmpty => _length == 0 && _lines == 0;

    public void Add(ulong start, ulong length, ReadStatus status)
    {
        if (_length > 0 && unchecked(_start + _length) == start && status == _status)
        {
            _length += length;
            return;
        }

        Write();
        (_start, _length, _status) = (start, length, status);
    }

    public void Dispose()
    {
        Write();
        if (_lines > MaxLines)
        {
            output.WriteError(FormattableString.Invariant($"{path}: and {_lines - MaxLines} more ranges"));
        }
    }

    private void Write()
    {
        if (_length == 0)
        {
            return;
        }

        if (++_lines <= MaxLines)
        {
            output.WriteError(FormattableString.Invariant($"{path}: {ReadOutcome.Describe(_status)} at {Words.Hex(_start)}, {_length} bytes"));
        }

        _length = 0;
    }
}
