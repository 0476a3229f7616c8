// KdumpMember: one file of a split kdump-compressed dump.
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>A file of a split set, opened.</summary>
/// <param name="Name">File name without its folder, for people.</param>
/// <param name="Source">Its bytes, unwrapped when it is flattened.</param>
/// <param name="Layout">Its headers.</param>
/// <param name="Start">First page whose data it holds.</param>
/// <param name="End">First page after them.</param>
internal sealed record KdumpMember(string Name, DumpSource Source, KdumpLayout Layout, ulong Start, ulong End);
