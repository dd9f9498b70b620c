"""Words as TTML has them: two singers and some behind them, a translation and a transcription."""

DUET = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"
 xmlns:itunes="http://music.apple.com/lyric-ttml-internal" itunes:timing="Word" xml:lang="ja"><head><metadata>
<ttm:agent type="person" xml:id="v1"><ttm:name type="full">Ines</ttm:name></ttm:agent>
<ttm:agent type="other" xml:id="v2"/><ttm:agent type="group" xml:id="v1000"/>
<iTunesMetadata xmlns="http://music.apple.com/lyric-ttml-internal"><translations>
<translation type="subtitle" xml:lang="en"><text for="L1">The night is a bell</text><text for="L3">All of us</text>
<text for="L9">of no line</text></translation></translations>
<transliterations><transliteration xml:lang="ja-Latn"><text for="L1"><span begin="1.0">yoru </span><span
 begin="1.5">no</span></text></transliteration></transliterations></iTunesMetadata></metadata></head>
<body dur="20.0"><div begin="1.000" end="12.000" itunes:songPart="Verse">
<p begin="1.000" end="4.000" itunes:key="L1" ttm:agent="v1"><span begin="1.000" end="1.400">夜</span><span begin="1.400"
 end="1.600">の</span> <span begin="1.700" end="2.500">bell</span><span ttm:role="x-bg"><span begin="2.600"
 end="2.900">(ooh</span> <span begin="3.000" end="3.500">ooh)</span></span></p>
<p begin="5.000" end="7.000" itunes:key="L2" ttm:agent="v2">Größe &lt;&amp;&gt;<br/>klein<span ttm:role="x-translation"
 xml:lang="en">Large &amp; small</span></p>
</div><div><p begin="0:08.000" end="10" itunes:key="L3" ttm:agent="v1000">みんな</p><p begin="11.0" end="12.0"
 itunes:key="L4" ttm:agent="v1"></p></div></body></tt>
"""
