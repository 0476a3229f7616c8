// DumpSamples: a sample of every dump format, for the sweeps and as seeds of the fuzzer.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>
/// The table. A new format, or a shape of one with fields of its own, is one line here and a method that builds its sample. Everything
/// else follows: it is opened, cut at 200 places, every field set to its extremes, and fuzzed.
/// </summary>
public static class DumpSamples
{
    private static readonly (string Name, Func<DumpSample> Make)[] s_all =
    [
        ("elf", ElfSamples.Kdump),
        ("elf-pn-xnum", ElfSamples.ExtendedCount),
        ("elf32-big-endian", ElfSamples.Class32BigEndian),
        ("elf-overlapping", ElfSamples.Overlapping),
        ("elf-device-dump", ElfSamples.DeviceDump),
        ("elf-kcore", ElfSamples.Kcore),
        ("elf-kcore-old", ElfSamples.OldKcore),
        ("kdump-v6", () => KdumpSamples.OfVersion(6)),
        ("kdump-v1", () => KdumpSamples.OfVersion(1)),
        ("kdump-v2", () => KdumpSamples.OfVersion(2)),
        ("kdump-v4", () => KdumpSamples.OfVersion(4)),
        ("kdump-v5", () => KdumpSamples.OfVersion(5)),
        ("kdump-v3-i386", KdumpSamples.Packed32),
        ("kdump-v6-s390x", KdumpSamples.BigEndian),
        ("kdump-split", KdumpSamples.Split),
        ("flattened-kdump", FlattenedSamples.Kdump),
        ("flattened-elf", FlattenedSamples.Elf),
        ("netdump-elf32", ElfSamples.Netdump32),
        ("netdump-elf64", ElfSamples.Netdump64),
        ("xen-hardware", XenSamples.Hardware),
        ("xen-paravirtual", XenSamples.Paravirtual),
        ("xen-domain0-elf", () => XenSamples.Domain0(isElf: true)),
        ("xen-domain0-kdump", () => XenSamples.Domain0(isElf: false)),
        ("diskdump-zlib-i386", DiskdumpSamples.File),
        ("diskdump-partition", DiskdumpSamples.Partition),
        ("lkcd-v9-gzip", LkcdSamples.Version9),
        ("lkcd-v8-raw", LkcdSamples.Version8),
        ("lkcd-v5-rle-i386", LkcdSamples.Version5),
        ("lkcd-v1-big-endian", LkcdSamples.Version1BigEndian),
        ("qemu-migration", MigrationSamples.Stream),
        ("qemu-migration-mapped-ram", MigrationSamples.Mapped),
        ("libvirt-save", () => MigrationSamples.Libvirt(0)),
        ("libvirt-save-gzip", () => MigrationSamples.Libvirt(1)),
        ("libvirt-save-zstd", () => MigrationSamples.Libvirt(5)),
        ("lime", LimeSamples.Lime),
        ("avml", LimeSamples.Avml),
        ("vmsn", VmwareSamples.Inside),
        ("vmss-vmem", VmwareSamples.Beside),
        ("guestdump", VmwareSamples.Guestdump),
        ("sadump-partition", SadumpSamples.Partition),
        ("sadump-media", SadumpSamples.Media),
        ("sadump-disk-set", SadumpSamples.DiskSet),
        ("s390", S390Samples.Classic),
        ("s390-extended", S390Samples.Extended),
    ];

    public static IEnumerable<string> Names => s_all.Select(sample => sample.Name);

    public static DumpSample Make(string name) => Array.Find(s_all, sample => sample.Name == name).Make();
}
