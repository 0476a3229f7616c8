// ReadVerb: `vaquest read`.
using System.CommandLine;
using VaQuest.Binary;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Cli.Read;

/// <summary>
/// Writes raw memory to standard output. At the first byte that the dump does not have it stops, says why, and ends with the exit code for
/// "could not answer": what was written is then shorter than asked, never padded. With --fill it goes on: the user's byte stands for every
/// byte that is missing, and each missing range is named with its reason on standard error.
/// </summary>
internal sealed class ReadVerb : Verb
{
    private const int ChunkBytes = 1 << 16;

    /// <summary>Smallest page of any machine: what is missing is looked for in steps of it.</summary>
    private const ulong StepBytes = 4096;

    private readonly Argument<string> _dump = new("DUMP") { Description = "The crash dump (vmcore); FILE@ADDRESS for a raw memory image." };
    private readonly Option<string?> _phys = new("--phys") { HelpName = "ADDR", Description = "Physical address, hexadecimal." };
    private readonly Option<string?> _virt = new("--virt") { HelpName = "ADDR", Description = "Kernel virtual address, hexadecimal." };
    private readonly Option<string?> _device = new("--device-dump")
        { HelpName = "NAME|N", Description = "What a driver added to the dump, whole: its name, or its number as info lists it." };
    private readonly Option<string?> _length = new("--length")
        { HelpName = "N", Description = "Bytes: decimal, or hexadecimal with 0x; k, M, G multiply. Needed with --phys and --virt." };

    private readonly Option<string?> _fill = new("--fill")
        { HelpName = "BYTE", Description = "Go on behind what is missing, with this byte (hexadecimal) for each missing one; each missing range is named on standard error." };

    public ReadVerb()
        : base(
            "read",
            "Write raw bytes of memory, or a device's dump, to standard output; stops at the first byte that the dump does not have, unless told what to write for it.")
    {
        Add(_dump);
        Add(_phys);
        Add(_virt);
        Add(_device);
        Add(_length);
        Add(_fill);
    }

    public override int Run(ParseResult arguments, Output output, Openers openers, CancellationToken cancellation)
    {
        string? phys = arguments.GetValue(_phys);
        string? virt = arguments.GetValue(_virt);
        string? device = arguments.GetValue(_device);
        string? lengthText = arguments.GetValue(_length);
        if (new[] { phys, virt, device }.Count(static choice => choice is not null) != 1)
        {
            throw new UsageException("give one of --phys ADDR, --virt ADDR and --device-dump NAME");
        }

        if ((device is null) == (lengthText is null))
        {
            throw new UsageException(device is null ? "say how many bytes: --length N" : "a device's dump is written whole: leave out --length");
        }

        string dump = Path.GetFullPath(arguments.GetValue(_dump)!);
        if (device is not null)
        {
            return CopyDevice(dump, device, output, openers, cancellation);
        }

        if (!Numbers.TryParseAddress(phys ?? virt!, out ulong address))
        {
            throw new UsageException($"{phys ?? virt} is not a hexadecimal address");
        }

        if (!Numbers.TryParseLength(lengthText!, out long length))
        {
            throw new UsageException($"--length {lengthText} is not a number of bytes");
        }

        byte? fill = ReadFill(arguments.GetValue(_fill));
        var options = new SessionOptions { UseDebugInfo = false };
        using IDumpSession session = openers.OpenSession(dump, options, cancellation);
        foreach (string warning in session.Warnings)
        {
            output.WriteWarning(warning);
        }

        return Copy(session, phys is not null, address, length, fill, output, cancellation);
    }

    private static byte? ReadFill(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return Numbers.TryParseAddress(text, out ulong value) && value <= byte.MaxValue
            ? (byte)value
            : throw new UsageException($"--fill {text} is not a byte in hexadecimal, such as 00 or ff");
    }

    private static int CopyDevice(string dump, string device, Output output, Openers openers, CancellationToken cancellation)
    {
        using DeviceDumpFile file = openers.OpenDeviceDump(dump, device, cancellation);
        foreach (string warning in file.Warnings)
        {
            output.WriteWarning(warning);
        }

        Stream raw = output.OpenRawOutput();
        byte[] buffer = new byte[ChunkBytes];
        for (long done = 0; done < file.Bytes;)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = file.Read(done, buffer);
            if (count == 0)
            {
                output.WriteError(FormattableString.Invariant(
                    $"{file.Path}: the dump ends inside the device dump {device}; wrote {done} of {file.Bytes} bytes"));
                return ExitCode.CouldNotAnswer;
            }

            raw.Write(buffer, 0, count);
            done += count;
        }

        return ExitCode.Answered;
    }

    private static int Copy(
        IDumpSession session, bool isPhysical, ulong address, long length, byte? fill, Output output, CancellationToken cancellation)
    {
        Stream raw = output.OpenRawOutput();
        byte[] buffer = new byte[(int)Math.Min(length, ChunkBytes)];
        using var gaps = new GapList(output, session.Path);
        for (long done = 0; done < length;)
        {
            cancellation.ThrowIfCancellationRequested();
            ulong at = unchecked(address + (ulong)done);
            Span<byte> chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - done));
            ReadOutcome outcome = isPhysical ? session.ReadPhysical(new PhysAddr(at), chunk) : session.ReadVirtual(new VirtAddr(at), chunk);
            raw.Write(chunk[..outcome.BytesRead]);
            done += outcome.BytesRead;
            if (outcome.IsOk)
            {
                continue;
            }

            if (fill is not { } value)
            {
                output.WriteError(FormattableString.Invariant(
                    $"{session.Path}: {ReadOutcome.Describe(outcome.Status)} at {Words.Hex(outcome.FaultAddress)}; wrote {done} of {length} bytes"));
                return ExitCode.CouldNotAnswer;
            }

            ulong missing = unchecked(address + (ulong)done);
            int count = (int)Math.Min((ulong)(length - done), StepBytes - (missing % StepBytes));
            chunk = buffer.AsSpan(0, count);
            chunk.Fill(value);
            raw.Write(chunk);
            gaps.Add(missing, (ulong)count, outcome.Status);
            done += count;
        }

        return gaps.IsEmpty ? ExitCode.Answered : ExitCode.CouldNotAnswer;
    }
}
