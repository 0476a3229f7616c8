// DumpFacts: what kind of file the dump is.
namespace VaQuest.Diagnosis.Reports;

/// <summary>The dump file.</summary>
/// <param name="Path">As the user named it.</param>
/// <param name="Format">elf, kdump-compressed, … as in the JSON contract.</param>
/// <param name="Compression">Methods its pages may use; empty when stored as they are.</param>
/// <param name="Architecture">Machine name, as uname -m.</param>
/// <param name="PageSize">Bytes.</param>
/// <param name="IsComplete">False when the file is cut or damaged.</param>
/// <param name="PhysicalBytes">Bytes of RAM that the dump describes.</param>
/// <param name="DumpLevel">makedumpfile's -d, or null.</param>
public sealed record DumpFacts(
    string Path,
    string Format,
    IReadOnlyList<string> Compression,
    string Architecture,
    int PageSize,
    bool IsComplete,
    ulong PhysicalBytes,
    int? DumpLevel);
