// ConvertVerb: `vaquest convert`.
using System.CommandLine;
using VaQuest.Dumps;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Writing;
using VaQuest.Kernel;

namespace VaQuest.Lsp.Cli.Convert;

/// <summary>
/// Writes a dump of any format as a standard one that crash, drgn and makedumpfile open. Pages that cannot be read become excluded pages and
/// are listed. The result appears under its name when it is whole.
/// </summary>
internal sealed class ConvertVerb : Verb
{
    private readonly Argument<string> _dump = new("DUMP") { Description = "The crash dump (vmcore)." };
    private readonly Option<string> _to = new("--to") { HelpName = "FORMAT", Required = true, Description = "kdump-compressed or elf." };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "FILE", Required = true, Description = "The file to write." };

    private readonly Option<string?> _compression = new("--compression")
        { HelpName = "METHOD", Description = "none, zlib (the default), lzo, snappy or zstd; for kdump-compressed." };

    private readonly Option<int> _level = new("--dump-level", "-d")
        { HelpName = "LEVEL", Description = "makedumpfile's dump level: 1 leaves out zero pages; 2, 4, 8, 16 as far as the dump has left them out already." };

    private readonly Option<bool> _force = new("--force") { Description = "Replace the output file if it exists." };
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of text." };

    public ConvertVerb()
        : base("convert", "Write the dump as a standard one that other tools open; rescues old, rare and damaged dumps.")
    {
        Add(_dump);
        Add(_to);
        Add(_output);
        Add(_compression);
        Add(_level);
        Add(_force);
        Add(_json);
    }

    public override bool StopsOnSignal => true;

    public override int Run(ParseResult arguments, Output output, Openers openers, CancellationToken cancellation)
    {
        DumpTarget target = ReadTarget(arguments.GetValue(_to)!);
        CompressionMethod method = ReadMethod(arguments.GetValue(_compression), target);
        int level = arguments.GetValue(_level);
        if (level is < 0 or > DumpLevels.All)
        {
            throw new UsageException($"-d {level}: a dump level is a sum of 1, 2, 4, 8 and 16");
        }

        using Vmcore file = VmcoreFile.Open(Path.GetFullPath(arguments.GetValue(_dump)!), cancellationToken: cancellation);
        DumpLevels.RefuseUndecidable(file, level);

        // What the file does not say of its kernel is found in its memory, and the result says it.
        LinuxKernel linux = LinuxKernel.Open(file);
        Vmcore dump = linux.Dump;
        KernelName kernel = KernelName.Read(linux);
        var options = new DumpWriteOptions
        {
            Target = target,
            Compression = method,
            DumpLevel = level | (dump.DumpLevel ?? 0),
            ExcludesZeros = (level & DumpLevels.Zero) != 0,
            SystemName = kernel.Name,
            DirectMap = kernel.DirectMap,
            Overwrites = arguments.GetValue(_force),
        };
        string path = Path.GetFullPath(arguments.GetValue(_output)!);
        DumpWriteResult result;
        using (var progress = new ProgressLine(output, "converting"))
        {
            result = DumpWriter.Write(dump, path, options, progress, cancellation);
        }

        Print(dump, path, options, result, arguments.GetValue(_json), output);
        return ExitCode.Answered;
    }

    private static DumpTarget ReadTarget(string name) => name switch
    {
        "kdump-compressed" or "kdump" => DumpTarget.KdumpCompressed,
        "elf" => DumpTarget.Elf,
        _ => throw new UsageException($"--to {name}: give kdump-compressed or elf"),
    };

    private static CompressionMethod ReadMethod(string? name, DumpTarget target)
    {
        if (target == DumpTarget.Elf)
        {
            return name is null or "none" ? CompressionMethod.None : throw new UsageException("an elf dump is not compressed; leave out --compression");
        }

        return name switch
        {
            null or "zlib" => CompressionMethod.Zlib,
            "none" => CompressionMethod.None,
            "lzo" => CompressionMethod.Lzo,
            "snappy" => CompressionMethod.Snappy,
            "zstd" => CompressionMethod.Zstd,
            _ => throw new UsageException($"--compression {name}: give none, zlib, lzo, snappy or zstd"),
        };
    }

    private static void Print(Vmcore dump, string path, DumpWriteOptions options, DumpWriteResult result, bool isJson, Output output)
    {
        if (isJson)
        {
            ConvertJson.Write(output.Out, dump, path, options, result);
        }
        else
        {
            output.Write(ConvertText.Render(path, options, result));
        }

        foreach (string warning in dump.Warnings.Concat(result.Warnings))
        {
            output.WriteWarning(warning);
        }

        if (result.Damaged.Count > 0)
        {
            output.WriteWarning($"{dump.Path}: some pages could not be read; {path} has them as excluded pages");
        }
    }
}
