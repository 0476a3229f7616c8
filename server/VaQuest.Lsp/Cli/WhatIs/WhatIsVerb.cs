// WhatIsVerb: `vaquest whatis`.
using System.CommandLine;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.WhatIs;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.WhatIs;

/// <summary>Says what is at each address.</summary>
internal sealed class WhatIsVerb : DumpVerb
{
    private readonly Argument<string[]> _addresses = new("ADDR")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "Numbers in hexadecimal, with or without 0x: virtual addresses of the kernel or of a process, or whatever a register may hold; "
            + "- reads them from standard input, separated by white space.",
    };

    private readonly Option<int?> _pid = new("--pid") { HelpName = "N", Description = "User addresses are those of this thread; without it, of the one that crashed." };
    private readonly Option<bool> _phys = new("--phys") { Description = "The numbers are physical addresses." };
    private readonly Option<bool> _pfn = new("--pfn") { Description = "The numbers are page frame numbers, in hexadecimal too." };

    public WhatIsVerb()
        : base("whatis", "Say what is at each address: symbol, stack and frame, slab object, page, mapping, and much more.")
    {
        Add(_addresses);
        Add(_pid);
        Add(_phys);
        Add(_pfn);
    }

    protected override int Answer(IDumpSession session, ParseResult arguments, Output output, CancellationToken cancellation)
    {
        AddressMeaning meaning = MeaningOf(arguments);
        int? pid = arguments.GetValue(_pid);
        IEnumerable<AddressAnswer> answers = ReadNumbers(arguments.GetValue(_addresses)!, output)
            .Select(number => session.Identify(new AddressQuestion(number, meaning, pid), cancellation));
        if (IsJson(arguments))
        {
            // All of the input is checked before a half-written object can be left behind.
            WriteJson([.. answers], output);
            return ExitCode.Answered;
        }

        foreach (AddressAnswer answer in answers)
        {
            output.Out.WriteLine($"{Words.Hex(answer.Address)}: {answer.Text}");
            foreach (string detail in answer.Details)
            {
                output.Out.WriteLine("    " + detail);
            }
        }

        return ExitCode.Answered;
    }

    private AddressMeaning MeaningOf(ParseResult arguments)
    {
        bool isPhysical = arguments.GetValue(_phys);
        bool isFrame = arguments.GetValue(_pfn);
        return isPhysical && isFrame
            ? throw new UsageException("--phys and --pfn exclude each other; give one of them")
            : isPhysical ? AddressMeaning.Physical : isFrame ? AddressMeaning.PageFrame : AddressMeaning.Virtual;
    }

    private static IEnumerable<ulong> ReadNumbers(string[] words, Output output)
    {
        // What is typed is checked before anything is printed; standard input is answered as it comes.
        foreach (string word in words.Where(word => word != "-"))
        {
            Parse(word);
        }

        return words.SelectMany(word => word == "-" ? ReadLines(output) : [Parse(word)]);
    }

    private static IEnumerable<ulong> ReadLines(Output output)
    {
        using var reader = new StreamReader(output.OpenInput());
        while (reader.ReadLine() is { } line)
        {
            foreach (string word in line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                yield return Parse(word);
            }

            // Whoever asks one by one waits for the answer.
            output.Out.Flush();
        }
    }

    private static ulong Parse(string word) => Numbers.TryParseAddress(word, out ulong number)
        ? number : throw new UsageException($"\"{DumpText.Escape(word)}\" is no address: write it in hexadecimal, with or without 0x, at most 16 digits");

    private static void WriteJson(IEnumerable<AddressAnswer> answers, Output output)
    {
        using var json = new JsonOutput(output.Out, "whatis");
        json.Objects("addresses", answers, answer =>
        {
            json.Hex("address", answer.Address);
            json.Text("kind", answer.Kind);
            json.Text("text", answer.Text);
            json.Texts("details", answer.Details);
            if (answer.Object is { } found)
            {
                json.Object("object", () => WriteObject(json, found));
            }
        });
    }

    private static void WriteObject(JsonOutput json, AnswerObject found)
    {
        json.Text("type", found.Type);
        json.Hex("address", found.Address.Value);
        json.Integer("offset", found.Offset);
        json.Text("member", found.Member, "no member is at this offset");
        json.Text("text", found.Summary, "nothing in it identifies it");
        json.Flag("certain", found.IsCertain);
    }
}
