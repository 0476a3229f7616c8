// OpenFileTable: the files that a task has open.
using VaQuest.Binary;

namespace VaQuest.Kernel.Fs;

/// <summary>Open files, as far as they could be read.</summary>
/// <param name="Table">Address of the files_struct, which threads share; null when there is none.</param>
/// <param name="Files">By descriptor.</param>
/// <param name="Problem">Why there are none or not all; null when the table is whole.</param>
public sealed record OpenFileTable(VirtAddr? Table, IReadOnlyList<OpenFile> Files, string? Problem);
