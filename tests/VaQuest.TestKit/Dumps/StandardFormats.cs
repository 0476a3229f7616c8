// StandardFormats: the standard image written in every format.
namespace VaQuest.TestKit.Dumps;

/// <summary>The table: a format is one line here, and its reads, symbols and report are compared with the sample's.</summary>
public static class StandardFormats
{
    private static readonly (string Name, Action<StandardImage, string> Write)[] s_all =
    [
        ("lime", (image, path) => File.WriteAllBytes(path, WriteLime(image, isCompressed: false))),
        ("avml", (image, path) => File.WriteAllBytes(path, WriteLime(image, isCompressed: true))),
        ("qemu-migration", (image, path) => File.WriteAllBytes(path, WriteMigration(image, isMapped: false))),
        ("qemu-migration-mapped-ram", (image, path) => File.WriteAllBytes(path, WriteMigration(image, isMapped: true))),
        ("libvirt-save-zstd", (image, path) => File.WriteAllBytes(path, LibvirtWriter.Wrap(WriteMigration(image, isMapped: false), 5))),
        ("vmss", WriteVmss),
        ("guestdump", WriteGuestdump),
        ("sadump", (image, path) => File.WriteAllBytes(path, WriteSadump(image).ToPartition())),
        ("sadump-disk-set", WriteDiskSet),
    ];

    public static IEnumerable<string> Names => s_all.Select(format => format.Name);

    /// <summary>Writes the image and returns the path to open; companions lie beside it.</summary>
    public static string Write(string name, StandardImage image, string folder)
    {
        string path = Path.Combine(folder, name == "guestdump" ? "vmcore.guest" : "vmcore");
        Array.Find(s_all, format => format.Name == name).Write(image, path);
        return path;
    }

    private static byte[] WriteLime(StandardImage image, bool isCompressed)
    {
        var writer = new LimeWriter { IsCompressed = isCompressed };
        foreach (SampleRange range in image.Ranges)
        {
            writer.Range(range.Start, range.Bytes);
        }

        return writer.ToArray();
    }

    private static byte[] WriteMigration(StandardImage image, bool isMapped)
    {
        ulong end = (image.End + 0xfff) & ~0xffful;
        MigrationWriter writer = new MigrationWriter { IsMapped = isMapped }.Block("pc.ram", end);
        var present = new HashSet<ulong>();
        foreach (SampleRange page in image.Pages())
        {
            present.Add(page.Start);
            _ = page.Start % 3 == 0 && !isMapped ? writer.Compressed(page.Start, page.Bytes) : writer.Page(page.Start, page.Bytes);
        }

        for (ulong at = 0; at < end && !isMapped; at += 4096)
        {
            if (!present.Contains(at))
            {
                writer.Zero(at);
            }
        }

        return writer.ToArray();
    }

    /// <summary>LA57 is set: the sample's kernel uses five levels.</summary>
    private const ulong Cr4 = 0x1020;

    private static void WriteVmss(StandardImage image, string path)
    {
        uint pages = (uint)((image.End + 0xfff) / 4096);
        VmwareWriter writer = new VmwareWriter().Region(0, 0, pages);
        AddCpus(image, (registers, root) => writer.Cpu(registers, root, Cr4));
        File.WriteAllBytes(path, writer.ToState(null));
        File.WriteAllBytes(Path.ChangeExtension(path, ".vmem"), image.Flat());
    }

    private static void WriteGuestdump(StandardImage image, string path)
    {
        var writer = new VmwareWriter();
        AddCpus(image, (registers, root) => writer.Cpu(registers, root, Cr4));
        File.WriteAllBytes(path, writer.ToGuestdump(4, image.End / 4096));
        File.WriteAllBytes(Path.ChangeExtension(path, ".vmem"), image.Flat());
    }

    private static SadumpWriter WriteSadump(StandardImage image)
    {
        var writer = new SadumpWriter();
        AddCpus(image, (registers, root) => writer.Cpu(registers, root, Cr4));
        foreach (SampleRange page in image.Pages())
        {
            writer.Page(page.Start / 4096, page.Bytes);
        }

        return writer;
    }

    private static void WriteDiskSet(StandardImage image, string path)
    {
        byte[][] disks = WriteSadump(image).ToDiskSet(1000);
        File.WriteAllBytes(path, disks[0]);
        File.WriteAllBytes(path + ".2", disks[1]);
    }

    private static void AddCpus(StandardImage image, Action<byte[], ulong> add)
    {
        foreach (VaQuest.Dumps.CpuNote cpu in image.Cpus)
        {
            add(cpu.Registers.ToArray(), image.PageTableRoot);
        }
    }
}
