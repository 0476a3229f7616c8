// InfoJson: the facts of a dump file as JSON.
using VaQuest.Diagnosis.Sessions;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Info;

/// <summary>Writes "vaquest.info/1".</summary>
internal static class InfoJson
{
    public static void Write(TextWriter writer, DumpInfo info)
    {
        using var json = new JsonOutput(writer, "info");
        json.Text("path", info.File.Path);
        json.Text("format", info.File.Format);
        json.Texts("compression", info.File.Compression);
        json.Text("architecture", info.File.Architecture);
        json.Text("byteOrder", info.IsBigEndian ? "big-endian" : "little-endian");
        json.Integer("wordSize", info.WordSize);
        json.Integer("pageSize", info.File.PageSize);
        json.Flag("complete", info.File.IsComplete);
        json.Integer("physicalBytes", info.File.PhysicalBytes);
        json.Number("dumpLevel", info.File.DumpLevel, "the format does not record it");
        json.Objects("ranges", info.Ranges, range =>
        {
            json.Hex("start", range.Start.Value);
            json.Integer("length", range.Length);
        });
        json.Integer("cpuNotes", info.CpuNotes);
        json.Integer("emptyCpuNotes", info.EmptyCpuNotes);
        json.Objects("notes", info.Notes, note =>
        {
            json.Text("name", note.Name);
            json.Integer("type", note.Type);
            json.Integer("bytes", note.Bytes);
        });
        json.Object("details", () =>
        {
            foreach ((string name, string value) in info.Details)
            {
                json.Text(name, value);
            }
        });
        json.Objects("deviceDumps", info.DeviceDumps, device =>
        {
            json.Text("name", device.Name);
            json.Integer("bytes", device.Bytes);
        });
        json.Texts("eraseInfo", info.EraseInfo);
        json.Object("vmcoreinfo", () =>
        {
            foreach ((string name, string value) in info.Vmcoreinfo)
            {
                json.Text(name, value);
            }
        });
        json.Texts("warnings", info.Warnings);
    }
}
