// PathCells: paths as cells, with notes about those that are not whole.
using VaQuest.Kernel.Fs;

namespace VaQuest.Diagnosis.Browse;

/// <summary>Makes cells of paths and collects why some are not whole; of one table.</summary>
internal sealed class PathCells
{
    /// <summary>Paths of one table that are told of: one damaged mount can cut thousands.</summary>
    private const int MaxNotes = 10;

    private readonly List<string> _notes = [];
    private int _count;

    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Notes =>
        _count > _notes.Count ? [.. _notes, FormattableString.Invariant($"{_count - _notes.Count} more paths are not whole")] : _notes;

    public Cell Of(KernelPath path)
    {
        if (path.Problem is { } problem)
        {
            _count++;
            if (_notes.Count < MaxNotes)
            {
                _notes.Add($"the path {path.Text} is not whole: {problem}");
            }
        }

        return Cell.Of(path.Text);
    }

    /// <summary>"deleted" when the name is gone.</summary>
    public static Cell Deleted(KernelPath path) => Cell.Mark(path.IsDeleted, "deleted");
}
