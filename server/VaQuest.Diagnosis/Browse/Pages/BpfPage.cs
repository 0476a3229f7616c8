// BpfPage: BPF programs and maps.
using System.Globalization;
using VaQuest.Kernel.Bpf;
using VaQuest.Kernel.Objects;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest bpf`: what bpftool would have listed.</summary>
internal static class BpfPage
{
    private static readonly Column[] s_programColumns =
    [
        new("id", "id", IsRight: true), new("type", "type"), new("name", "name"), new("tag", "tag"), new("loadedByUid", "loaded by uid", IsRight: true),
        new("loadedSeconds", "at s", IsRight: true), new("instructions", "insns", IsRight: true), new("jitedBytes", "JIT bytes", IsRight: true),
        new("maps", "maps"), new("attachedTo", "attached to"), new("function", "code"), new("address", "struct bpf_prog"),
    ];

    private static readonly Column[] s_mapColumns =
    [
        new("id", "id", IsRight: true), new("type", "type"), new("name", "name"), new("keyBytes", "key", IsRight: true), new("valueBytes", "value", IsRight: true),
        new("maxEntries", "entries", IsRight: true), new("flags", "flags", IsRight: true), new("references", "references", IsRight: true),
        new("address", "struct bpf_map"),
    ];

    public static PageSource Source { get; } = new("bpf", "BPF programs and maps: type, name, tag, who loaded them, which maps they use.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var reader = new BpfReader(context.Kernel);
        var programs = reader.Programs(out string? noPrograms);
        var maps = reader.Maps(out string? noMaps);
        return new Page("bpf", "BPF at the crash", [
            new Table("programs", "Programs", s_programColumns, [.. programs.Select(program => ProgramRow(context, reader, program.Id, program.Object))]) { Notes = Cells.Notes(noPrograms) },
            new Table("maps", "Maps", s_mapColumns, [.. maps.Select(map => MapRow(reader, map.Id, map.Object))]) { Notes = Cells.Notes(noMaps) },
        ]);
    }

    private static IReadOnlyList<Cell> ProgramRow(PageContext context, BpfReader reader, ulong id, ObjectView program)
    {
        const string NoAuxiliary = "its bpf_prog_aux is not in the dump";
        ObjectView? more = program.Behind("bpf_prog_aux", "aux");
        ulong? loaded = more?.UInt("load_time");
        return
        [
            Cell.Of(id), TypeOf(reader, "bpf_prog_type", "BPF_PROG_TYPE_", program.UInt("type"), program.Why("type")), Cell.Of(more?.Text("name"), NoAuxiliary),
            Cell.Of(reader.TagOf(program), program.Why("tag")), Cell.Of(more?.Behind("user_struct", "user")?.UInt("uid.val", "uid"), more?.Why("user") ?? NoAuxiliary),
            Cell.Of(loaded is { } time ? (time / 1e9).ToString("0.000", CultureInfo.InvariantCulture) : null, NoAuxiliary),
            Cells.UInt(program, "len"), Cells.UInt(program, "jited_len"),
            more is null ? Cell.Absent(NoAuxiliary) : Cell.List([.. reader.MapsOf(more).Select(Cell.Of)]),
            Cell.Of(more?.TextBehind(128, "attach_func_name") ?? ""), Cells.Symbol(context.Kernel, program.Pointer("bpf_func"), program.Why("bpf_func")),
            Cell.Address(program.Address, "", "struct bpf_prog"),
        ];
    }

    private static IReadOnlyList<Cell> MapRow(BpfReader reader, ulong id, ObjectView map) =>
    [
        Cell.Of(id), TypeOf(reader, "bpf_map_type", "BPF_MAP_TYPE_", map.UInt("map_type"), map.Why("map_type")), Cell.Of(map.Text("name"), map.Why("name")),
        Cells.UInt(map, "key_size"), Cells.UInt(map, "value_size"), Cells.UInt(map, "max_entries"), Cell.Hex(map.UInt("map_flags"), map.Why("map_flags")),
        Cells.Int(map, "refcnt.counter", "refcnt"), Cell.Address(map.Address, "", "struct bpf_map"),
    ];

    private static Cell TypeOf(BpfReader reader, string enumeration, string prefix, ulong? value, string why) => value is { } number
        ? Cell.Of(reader.NameOf(enumeration, prefix, number) ?? number.ToString(CultureInfo.InvariantCulture))
        : Cell.Absent(why);
}
